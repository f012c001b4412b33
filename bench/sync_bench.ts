/**
 * How much of NetSuite's pace a full run takes: requests a second of the run, beside what its slots could carry at the time
 * that one page takes a lone caller. NetSuite and MongoDB are stand-ins in processes of their own; pages take a little
 * longer than they need, as they do over a network. A ratio within one run, so that a busy machine slows both sides.
 *
 *     deno run -A bench/sync_bench.ts [share of the company, 0 to 1] [latency in ms]
 */
import { systemClock } from "../lib/clock.ts";
import { readConfig } from "../lib/config.ts";
import { SALES_INDEXES } from "../lib/marts/sales.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { openStore } from "../lib/store/connect.ts";
import { ensureIndexes } from "../lib/store/indexes.ts";
import { STREAMS } from "../lib/streams/registry.ts";
import { syncIndexes } from "../lib/sync/indexes.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { openQueue } from "../lib/sync/queue.ts";

const share = Deno.args[0] ?? "0.1", latencyMs = Deno.args[1] ?? "150";
const dir = await Deno.makeTempDir({ prefix: "tidemark-bench-" });
const servers: Deno.ChildProcess[] = [];
const settings = {
  ...await startServer("mongodb", [], "MONGODB_URI"),
  ...await startServer("netsuite", ["--share", share, "--latency", latencyMs], "NETSUITE_CONTROL_URL"),
};

const config = readConfig({
  APP_SECRET: "for this measurement only, nothing else",
  SYNC_LAG_SECONDS: "0",
  ...settings,
});
const store = await openStore(config.mongoUri);
await ensureIndexes(store, [...syncIndexes(STREAMS), ...SALES_INDEXES]);
const queue = await openQueue(":memory:");
const netsuite = openNetSuite(config.netsuite);
const sync = makeSync({ config, store, netsuite, queue, clock: systemClock });
sync.start();

// the first run brings the times of lone pages: while it plans, one request is under way at a time
const { id } = await sync.requestRun({ kind: "full", requestedBy: "bench" });
const alone: number[] = [];
let run = await sync.run(id);
while (!run?.endedAt) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { lastExchange } = netsuite;
  if (lastExchange && !lastExchange.error) alone.push(lastExchange.tookMs);
  run = await sync.run(id);
}
const { slots } = await sync.status();
const pageMs = alone.toSorted((a, b) => a - b)[Math.floor(alone.length / 4)]!; // the quick quarter: what a page takes unhindered
const ceiling = (slots.total - slots.kept) * 1000 / pageMs, pace = run.requests / (run.tookMs! / 1000);
console.log(`${run.status}: ${run.rowsRead} rows in ${(run.tookMs! / 1000).toFixed(1)} s, ${run.requests} requests`);
console.log(
  `a page takes ${pageMs} ms; ${slots.total - slots.kept} slots could carry ${ceiling.toFixed(1)} requests/s`,
);
console.log(`the run made ${pace.toFixed(1)} requests/s: ${(100 * pace / ceiling).toFixed(0)} % of the ceiling`);
const { rss } = Deno.memoryUsage();
console.log(`memory of the worker: ${Math.round(rss / 1e6)} MB`);

await sync.stop();
await queue.close();
await store.close();
for (const server of servers) {
  server.kill("SIGTERM");
  await server.status;
}
await Deno.remove(dir, { recursive: true });

async function startServer(name: string, more: string[], last: string): Promise<Record<string, string>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `standins/${name}/main.ts`, "--port", "0", "--data", `${dir}/${name}`, ...more],
    cwd: new URL("..", import.meta.url).pathname,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  servers.push(child);
  const found: Record<string, string> = {};
  let text = "";
  for await (const bytes of child.stdout.values({ preventCancel: true })) {
    text += new TextDecoder().decode(bytes);
    for (const [, key, value] of text.matchAll(/^([A-Z_]+)=(.*)\n/gm)) found[key!] = value!;
    if (last in found) break;
  }
  return found;
}
