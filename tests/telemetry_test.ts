import assert from "node:assert/strict";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { traceIdOf } from "../lib/telemetry/spans.ts";
import { signIn, startApp, startProcess } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { startCollector } from "./support/otlp.ts";

Deno.test("One run is one trace over two processes: run, chunks, pages and writes, in spans and log lines; no secret in it", async () => {
  await using collector = startCollector();
  const token = "metrics-token-canary-0123456789";
  await using app = await startApp({ env: { ...collector.env("web"), TIDEMARK_ROLE: "web", METRICS_TOKEN: token } });
  const cookie = await signIn(app);
  const workers = await Promise.all(
    ["one", "two"].map((name) =>
      startProcess({ ...app.env, ...collector.env(name), TIDEMARK_ROLE: "worker", LOG_LEVEL: "debug" })
    ),
  );
  try {
    const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
      method: "POST",
      headers: { cookie, Origin: app.url, "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "full", streams: ["customers", "items", "transactions"] }),
    });
    const { id } = await asked.json();
    assert.equal(asked.status, 202);
    const ledger = ledgerOf(app.store);
    const run = await until("the run is over", 120_000, () => ledger.runs.findOne({ _id: id, endedAt: { $ne: null } }));
    assert.equal(run.status, "complete");
    const chunks = await ledger.chunks.find({ runId: id, plan: { $in: [run.plan, null] } }).toArray();
    const named = (name: string) =>
      collector.spans().filter((span) => span.name === name && span.traceId === traceIdOf(run.trace));
    await until(
      "every chunk's span, and the run's",
      30_000,
      () =>
        Promise.resolve(
          named("tidemark.chunk").length >= chunks.length && named("tidemark.run").length > 0 ? true : null,
        ),
    );

    const [root] = named("tidemark.run.request");
    assert.deepEqual([root!.process, `00-${root!.traceId}-${root!.spanId}-01`], ["web", run.trace]);
    const [ended, ...others] = named("tidemark.run");
    assert.deepEqual([others, ended!.parentSpanId], [[], root!.spanId]);
    assert.deepEqual([ended!.attributes["tidemark.status"], ended!.attributes["tidemark.rows"]], [
      "complete",
      run.totals!.read,
    ]);
    const spans = new Map(named("tidemark.chunk").map((span) => [span.spanId, span]));
    for (const span of spans.values()) assert.equal(span.parentSpanId, root!.spanId, JSON.stringify(span));
    assert.deepEqual(
      new Set([...spans.values()].map((span) => span.attributes["tidemark.chunk"])),
      new Set(chunks.map(({ _id }) => _id)),
    );
    const pages = named("tidemark.page"), writes = named("tidemark.write");
    for (const span of [...pages, ...writes]) {
      assert.ok(isBelow(span.parentSpanId, spans), `${span.name} hangs in the air`);
    }
    const rows = writes.reduce((sum, span) => sum + Number(span.attributes["tidemark.written"] ?? 0), 0);
    assert.equal(rows, run.totals!.written);
    assert.ok(pages.length >= chunks.filter(({ kind }) => kind === "read").length, `${pages.length} pages`);

    // log lines of a chunk carry the same ids
    const lines = workers.flatMap((worker) => worker.printed().split("\n")).filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line)).filter(({ properties }) => properties?.run === id);
    assert.ok(lines.length >= chunks.length, `${lines.length} lines of ${chunks.length} chunks`);
    for (const { properties } of lines) assert.equal(properties.trace, traceIdOf(run.trace));

    const all = collector.everything() + workers.map((worker) => worker.printed()).join("") + app.process.printed();
    const secrets = Object.entries(app.env).filter(([name]) =>
      /SECRET|PASSWORD|KEY$|TOKEN|_ID$/.test(name) && !/ACCOUNT_ID/.test(name)
    );
    assert.ok(secrets.length >= 6, secrets.map(([name]) => name).join());
    for (const [name, value] of [...secrets, ["cookie", cookie.split("=")[1]!]]) {
      assert.ok(!all.includes(value!), `${name} was sent`);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.kill("SIGTERM")));
  }

  /** Pages and writes may lie below spans of fetch or of other pages, but each ends at a chunk. */
  function isBelow(spanId: string, chunks: Map<string, unknown>): boolean {
    for (let id = spanId, steps = 0; steps < 20; steps++) {
      if (chunks.has(id)) return true;
      const above = collector.spans().find((span) => span.spanId === id);
      if (!above) return false;
      id = above.parentSpanId;
    }
    return false;
  }
});
