/**
 * How long a developer waits for the build after an island was saved: each time in a new process, as `deno run --watch`
 * starts one, with nothing loaded yet. Beside it the same with packages bundled anew, as when a version has changed.
 *
 *     deno run -A bench/dev_bench.ts [times]
 */
import { buildOptions } from "../fresh.config.ts";

const TIMES = Number(Deno.args[0] ?? 7);
const SCRIPT = `
const began = performance.now();
const { Builder } = await import("fresh/dev");
const { bundleApart } = await import("${new URL("../standins/fresh/dev/bundle_apart.ts", import.meta.url)}");
const loaded = performance.now();
const { root } = new Builder(JSON.parse(Deno.args[0])).config;
const islands = [...Deno.readDirSync(root + "/islands")].map(({ name }) => [name, root + "/islands/" + name]);
const client = ["boot", "signals", "reload"].map((name) => [name, root + "/standins/fresh/client/" + name + ".ts"]);
const entries = Object.fromEntries([...islands, ...client]);
await bundleApart({ root, mode: "development", target: ["chrome99", "firefox99", "safari15"], entries });
console.log(JSON.stringify([loaded - began, performance.now() - loaded]));
`;

const root = buildOptions.root ?? ".";
const runs = { anew: [] as number[], saved: [] as number[], loading: [] as number[] };
await run();
for (let i = 0; i < TIMES; i++) {
  const [loading = 0, saved = 0] = await run();
  runs.loading.push(loading);
  runs.saved.push(saved);
}
for (let i = 0; i < TIMES; i++) {
  await Deno.remove(`${root}/node_modules/.fresh`, { recursive: true });
  runs.anew.push((await run())[1] ?? 0);
}
console.log(
  `bundling after a save ${median(runs.saved)} ms (and ${median(runs.loading)} ms to load the bundler), ` +
    `with packages anew ${median(runs.anew)} ms: medians of ${TIMES}`,
);

async function run(): Promise<number[]> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", `${root}/deno.json`, "--ext=ts", SCRIPT, JSON.stringify({ root })],
    cwd: root,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot measure: the build failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function median(values: number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN);
}
