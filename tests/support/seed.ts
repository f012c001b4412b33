/**
 * The seed of a test that draws at random, printed so that a failure can be drawn again. In the ordinary run it is always
 * the same, so that a suite that was green stays green; new ground is covered by `SEED=random`, which `deno task chaos`
 * sets. `SEED=n` draws a case again.
 *
 * @param usual the seed of the ordinary run
 */
export function testSeed(usual: number): number {
  const asked = Deno.env.get("SEED");
  const seed = asked === undefined || asked === "" ? usual : asked === "random" ? drawn() : Number(asked);
  if (!Number.isSafeInteger(seed)) throw new TypeError(`SEED is ${asked}; it takes a whole number, or "random"`);
  console.log(`seed ${seed}`);
  return seed;
}

const drawn = () => Math.floor(Math.random() * 1e9);
