import assert from "node:assert/strict";
import { type AppProcess, signIn, startApp, startProcess } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { readExposition, type ReadFamily } from "./support/exposition.ts";

const TOKEN = "metrics-token-for-tests";

Deno.test("GET /metrics is for a token, a key or a person with metrics:view, and adds up with the database from every process", async () => {
  await using app = await startApp({ env: { METRICS_TOKEN: TOKEN } });
  const other = await startProcess({ ...app.env, TIDEMARK_ROLE: "web" });
  try {
    const ask = async (at: Pick<AppProcess, "url">, headers: Record<string, string> = {}) => {
      const response = await fetch(`${at.url}/metrics`, { headers });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const token = { Authorization: `Bearer ${TOKEN}` };
    const nobody = await ask(app);
    assert.deepEqual([nobody.status, nobody.headers.get("WWW-Authenticate")], [401, "Bearer"]);
    for (const wrong of [`Bearer ${TOKEN}x`, "Bearer x", `Basic ${TOKEN}`, "Bearer"]) {
      assert.equal((await ask(app, { Authorization: wrong })).status, 401, wrong);
    }
    const cookie = await signIn(app);
    assert.equal((await ask(app, { cookie })).status, 200);

    // a run with a row that cannot be read
    app.netsuite.db.prepare(`UPDATE currency SET currencyprecision = 'two' WHERE id = (SELECT MAX(id) FROM currency)`)
      .run();
    const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
      method: "POST",
      headers: { cookie, Origin: app.url, "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "full", streams: ["currencies", "customers"] }),
    });
    const { id } = await asked.json();
    const ended = await until("the run is over", 60_000, async () => {
      const run = await (await fetch(`${app.url}/api/v1/sync/runs/${id}`, { headers: { cookie } })).json();
      return run.endedAt ? run : null;
    });
    await (await fetch(`${app.url}/sync/runs/${id}`, { headers: { cookie } })).body?.cancel();

    const one = await ask(app, token), two = await ask(other, token);
    assert.match(one.headers.get("Content-Type")!, /^text\/plain; version=0\.0\.4/);
    const here = readExposition(one.text), there = readExposition(two.text);
    const value = (from: Map<string, ReadFamily>, name: string, labels: Record<string, string> = {}) =>
      from.get(name)!.samples.find((sample) =>
        Object.entries(labels).every(([key, text]) => sample.labels[key] === text)
      )?.value;
    assert.equal(value(here, "tidemark_runs_total", { kind: "full", status: ended.status }), 1);
    assert.equal(value(here, "tidemark_run_rows_read_total"), ended.rowsRead);
    assert.equal(value(here, "tidemark_run_rows_total", { outcome: "written" }), ended.written);
    assert.equal(value(here, "tidemark_run_requests_total"), ended.requests);
    assert.equal(value(here, "tidemark_quarantine_rows", { stream: "currencies" }), 1);
    assert.equal(value(here, "tidemark_quarantine_rows", { stream: "customers" }), 0);
    assert.equal(
      value(here, "tidemark_stream_documents", { stream: "customers" }),
      await app.store.collection("customers").countDocuments(),
    );
    assert.equal(value(here, "tidemark_proof_outcome", { stream: "customers", outcome: "proved" }), 1);
    assert.deepEqual([value(here, "tidemark_runs_active", { status: "running" }), value(here, "tidemark_chunks")], [
      0,
      0,
    ]);
    const lag = value(here, "tidemark_stream_lag_seconds", { stream: "customers" })!;
    assert.ok(lag >= 0 && lag < 600, `${lag}`);
    assert.equal(value(here, "tidemark_netsuite_slots", { state: "most" }), 4);

    for (const [name, family] of here) {
      if (!/^tidemark_(run|stream|quarantine|proof|mart|chunks)/.test(name) || name.endsWith("lag_seconds")) continue;
      assert.deepEqual(there.get(name), family, `${name} is the same from every process`);
    }
    const count = (from: Map<string, ReadFamily>, name: string, labels: Record<string, string>) => {
      const samples = from.get(name)!.samples.filter((sample) => sample.name === `${name}_count`);
      return value(new Map([[name, { ...from.get(name)!, samples }]]), name, labels);
    };
    // whatever became of them: which tables have a custom field is found by asking, and some have not
    const sent = here.get("tidemark_netsuite_request_duration_seconds")!.samples
      .filter(({ name }) => name.endsWith("_count")).reduce((all, { value }) => all + value, 0);
    assert.ok(count(here, "tidemark_netsuite_request_duration_seconds", { outcome: "ok" })! > 10);
    assert.ok(sent >= ended.requests - ended.throttled, `${sent} of ${ended.requests}`);
    assert.equal(count(there, "tidemark_netsuite_request_duration_seconds", { outcome: "ok" }), undefined);
    const page = { method: "GET", route: "/sync/runs/:id", status: "200" };
    assert.equal(count(here, "tidemark_http_request_duration_seconds", page), 1);
    const run = { method: "GET", route: "/api/v1/sync/runs/{id}", status: "200" };
    assert.ok(count(here, "tidemark_http_request_duration_seconds", run)! >= 1);
    assert.equal(count(here, "tidemark_http_request_duration_seconds", { route: "/metrics", status: "401" }), 5);
    assert.ok(!one.text.includes(`/runs/${id}`), "typed paths are no labels");
    assert.ok(value(here, "process_resident_memory_bytes")! > 1e7);

    const open = await ask(app, { ...token, Accept: "application/openmetrics-text; version=1.0.0" });
    assert.match(open.headers.get("Content-Type")!, /^application\/openmetrics-text/);
    const families = readExposition(open.text, true);
    assert.deepEqual([families.get("tidemark_runs")!.type, families.has("tidemark_runs_total")], ["counter", false]);
  } finally {
    await other.kill("SIGTERM");
  }
});

Deno.test("The reader of expositions refuses what the format does not allow", () => {
  const head = "# HELP a_total x\n# TYPE a_total counter\n";
  const bad: [string, RegExp][] = [
    [`${head}a_total 1`, /end with a line feed/],
    [`a_total 1\n`, /outside of its family/],
    [`${head}a_total{b="1"} 1\na_total{b="1"} 2\n`, /same sample twice/],
    [`${head}a_total -1\n`, /below 0/],
    [`${head}a_total{b=1} 1\n`, /without a value in quotes/],
    [`${head}a_total{b="\\x"} 1\n`, /without a value in quotes/],
    [`${head}a_total one\n`, /no number/],
    [`${head}a_total 1\n# HELP b x\n# TYPE b gauge\nb 1\n${head}`, /two places/],
    [`# HELP a x\n# TYPE a counter\na 1\n`, /ends with _total/],
    [
      '# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
      /do not add up/,
    ],
  ];
  for (const [text, says] of bad) assert.throws(() => readExposition(text), says, text);
  const good = readExposition(`${head}a_total{b="x\\"\\\\\\n,} y"} 1e3\n`);
  assert.deepEqual(good.get("a_total")!.samples, [{ name: "a_total", labels: { b: 'x"\\\n,} y' }, value: 1000 }]);
});
