/** What a developer waits for when an island is saved. `bench/dev_bench.ts` has the figures of a quiet machine. */
import assert from "node:assert/strict";
import { fromFileUrl } from "../standins/fresh/server/file_url.ts";
import { bundle, type BundleOptions } from "../standins/fresh/dev/bundle.ts";
import { bundleApart } from "../standins/fresh/dev/bundle_apart.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url)).replace(/\/$/, "");
const TIMES = 3;

Deno.test("the islands of a saved file are bundled in a third of the time that everything takes, and less", async () => {
  const islands = [...Deno.readDirSync(`${ROOT}/islands`)].map(({ name }) => name).filter((name) =>
    !/_test\./.test(name)
  );
  const options: BundleOptions = {
    root: ROOT,
    mode: "development",
    target: ["chrome99", "firefox99", "safari15"],
    entries: Object.fromEntries(islands.map((name) => [name.replace(/\.tsx$/, ""), `${ROOT}/islands/${name}`])),
  };
  await bundleApart(options); // where nobody has developed yet, the packages are still to be bundled
  const [saved, everything]: [number[], number[]] = [[], []];
  for (let i = 0; i < TIMES; i++) { // in turns, so that a busy machine slows both
    saved.push(await time(() => bundleApart(options)));
    everything.push(await time(() => bundle(options)));
  }
  console.log(`a saved island: ${Math.min(...saved)} ms, everything: ${Math.min(...everything)} ms`);
  assert.ok(Math.min(...saved) * 3 < Math.min(...everything), `${saved} beside ${everything}`);
});

async function time(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return Math.round(performance.now() - began);
}
