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

/** Numbers from 0 to 1 that follow from a seed (Mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
