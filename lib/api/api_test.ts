import assert from "node:assert/strict";
import type { Person } from "../access/roles.ts";
import { personWith } from "../access/testing.ts";
import { AppError } from "../errors.ts";
import type { AlertView, ChannelView, MartView, RunView, SyncStatus } from "../sync/views.ts";
import type { DriftForApi } from "./drift.ts";
import { createApi } from "./mod.ts";
import type { AlertsForApi } from "./alerts.ts";
import type { HistoryForApi } from "./history.ts";
import type { MartsForApi } from "./marts.ts";
import type { NetSuiteForApi } from "./netsuite.ts";
import type { QuarantineForApi } from "./quarantine.ts";
import type { SchedulesForApi } from "./schedules.ts";
import type { SyncForApi } from "./sync.ts";

const operator = personWith("operator");

const run = (id: number): RunView => ({
  id,
  kind: "full",
  status: "queued",
  streams: ["customers"],
  requestedBy: "Ada Roe",
  priority: "person",
  isDryRun: false,
  range: null,
  waitsFor: [],
  haltedBy: null,
  createdAt: "2026-11-19T09:41:00.000Z",
  startedAt: null,
  endedAt: null,
  tookMs: null,
  share: 0,
  rowsRead: 0,
  rowsExpected: null,
  written: 0,
  unchanged: 0,
  deleted: 0,
  quarantined: 0,
  chunksDone: 0,
  chunksTotal: 0,
  chunksWorking: 0,
  restarts: 0,
  requests: 0,
  throttled: 0,
  ratePerSecond: null,
  ceilingShare: null,
  recentRates: [],
  secondsLeft: null,
  error: null,
});

const status: SyncStatus = {
  now: "2026-11-19T09:41:00.000Z",
  account: "1234567",
  tide: { state: "never", share: null, watermark: null, text: "Never synced" },
  connection: { state: "unknown", answeredMs: null, checkedAt: null, message: null },
  current: null,
  running: [],
  streams: [],
  runs: [],
  documents: 0,
  slots: { inUse: 0, total: 5, kept: 1 },
};

const mart: MartView = {
  ...{ name: "sales", streams: ["transactions"], days: 30, first: "2026-10-01", last: "2026-10-30" },
  ...{ dirty: 2, isAllDirty: false, oldestDirty: "2026-10-07", dirtySince: "2026-11-19T09:41:00.000Z" },
  ...{ settledAt: null, rebuild: null },
};

const channel: ChannelView = {
  ...{ channel: "mail", to: ["ops@example.com"], sentAt: null, sentTitle: null, waiting: 0, failing: null },
  ...{ givenUp: 0, lastGivenUp: null },
};

const alert: AlertView = {
  ...{ id: "stale@1", kind: "stale", title: "items is behind NetSuite", text: "See.", runId: null },
  ...{ since: "2026-11-19T09:41:00.000Z", toldAt: "2026-11-19T09:42:00.000Z" },
};

const rebuild = { startedAt: "2026-11-19T09:41:00.000Z", done: 3, total: 40 };

function api(
  sync: Partial<
    SyncForApi & NetSuiteForApi & QuarantineForApi & SchedulesForApi & HistoryForApi & AlertsForApi & MartsForApi
  > = {},
  ping: () => Promise<unknown> = () => Promise.resolve({ ok: 1 }),
) {
  const all:
    & SyncForApi
    & NetSuiteForApi
    & QuarantineForApi
    & SchedulesForApi
    & HistoryForApi
    & AlertsForApi
    & MartsForApi
    & DriftForApi = {
      drift: () => Promise.resolve([]),
      history: () => Promise.resolve([]),
      marts: {
        list: () => Promise.resolve([mart]),
        rebuild: () => Promise.resolve(rebuild),
        recount: () => Promise.resolve({ days: 30 }),
        rebuilding: () => Promise.resolve(null),
      },
      alerts: {
        open: () => Promise.resolve([alert]),
        past: ({ limit }) => Promise.resolve(Array(limit).fill({ ...alert, endedAt: alert.since })),
        channels: () => Promise.resolve([channel]),
        test: (by) => Promise.resolve([{ channel: "mail", error: `no ${by}` }]),
      },
      schedules: {} as SchedulesForApi["schedules"],
      quarantine: {} as QuarantineForApi["quarantine"],
      check: () =>
        Promise.resolve({ at: status.now, tookMs: 1, account: "1", host: "h", login: "tba", state: "ok", lines: [] }),
      notices: () => Promise.resolve([]),
      status: () => Promise.resolve(status),
      requestRun: () => Promise.resolve(run(7)),
      pauseRun: (id, by) => Promise.resolve({ ...run(id), status: "paused", haltedBy: by }),
      resumeRun: (id) => Promise.resolve(run(id)),
      cancelRun: (id, by) => Promise.resolve({ ...run(id), status: "cancelled", haltedBy: by }),
      runs: ({ limit, before = 100 }) => Promise.resolve(Array.from({ length: limit }, (_, i) => run(before - 1 - i))),
      run: (id) => Promise.resolve(id === 7 ? { ...run(7), now: run(7).createdAt, chunks: [], byStream: [] } : null),
      ...sync,
    };
  const made = createApi({
    sync: all,
    store: { db: { command: ping } as never, collection: () => assert.fail("no collection is needed here") },
    now: () => new Date("2026-11-19T12:00:00Z"),
  });
  return async (path: string, init: RequestInit & { as?: Person | null } = {}) => {
    const { as = operator, ...rest } = init;
    const response = await made.fetch(new Request(`http://tidemark.test/api/v1${path}`, rest), as);
    const text = await response.text();
    return { response, status: response.status, body: text === "" ? null : JSON.parse(text) };
  };
}

const post = (body: unknown, headers: Record<string, string> = { "Content-Type": "application/json" }) => ({
  method: "POST",
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

Deno.test("GET health answers nobody, says one word, and 503 when the database does not answer", async () => {
  const well = await api()("/health", { as: null });
  assert.deepEqual([well.status, well.body], [200, { status: "ok" }]);
  const ill = await api({}, () => Promise.reject(new Error("secret host down")))("/health", { as: null });
  assert.deepEqual([ill.status, ill.body], [503, { status: "unavailable" }]);
});

Deno.test("every other path asks for a signed-in person", async () => {
  const call = api();
  for (const path of ["/sync/status", "/sync/runs", "/sync/runs/7", "/reports/sales", "/openapi.json"]) {
    const { status, body, response } = await call(path, { as: null });
    assert.equal(status, 401, path);
    assert.equal(body.code, "not_signed_in", path);
    assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  }
  assert.equal((await call("/sync/runs", { as: null, ...post({ kind: "full" }) })).status, 401);
});

Deno.test("GET sync/status and sync/runs answer the sync's views", async () => {
  const call = api();
  assert.deepEqual((await call("/sync/status")).body, status);
  const first = await call("/sync/runs?limit=2");
  assert.deepEqual([first.body.runs.map((r: RunView) => r.id), first.body.next], [[99, 98], 98]);
  const second = await call(`/sync/runs?limit=2&before=${first.body.next}`);
  assert.deepEqual(second.body.runs.map((r: RunView) => r.id), [97, 96]);
  const last = await api({ runs: () => Promise.resolve([run(1)]) })("/sync/runs?limit=2");
  assert.equal(last.body.next, null);
});

Deno.test("GET netsuite/check asks NetSuite, so it takes sync:run; GET netsuite/notices does not", async () => {
  const call = api();
  const { status, body } = await call("/netsuite/check");
  assert.deepEqual([status, body.state, body.login], [200, "ok", "tba"]);
  const refused = await call("/netsuite/check", { as: personWith("manager") });
  assert.deepEqual([refused.status, refused.body.permission], [403, "sync:run"]);
  const notices = await call("/netsuite/notices", { as: personWith("manager") });
  assert.deepEqual([notices.status, notices.body], [200, { notices: [] }]);
});

Deno.test("sync/marts/rebuild begins a rebuild for those who may manage, and says whether one is under way", async () => {
  const begun = await api()("/sync/marts/rebuild", { method: "POST" });
  assert.deepEqual([begun.status, begun.body], [202, rebuild]);
  assert.deepEqual((await api()("/sync/marts/rebuild")).body, { rebuild: null });
  assert.equal((await api()("/sync/marts/rebuild", { method: "POST", as: personWith("viewer") })).status, 403);
});

Deno.test("sync/marts says where the totals stand; a range of them is recounted for those who may manage", async () => {
  assert.deepEqual((await api()("/sync/marts")).body, { now: "2026-11-19T12:00:00.000Z", marts: [mart] });
  const range = { from: "2026-10-01", to: "2026-10-30" };
  const done = await api()("/sync/marts/recount", post(range));
  assert.deepEqual([done.status, done.body], [202, { days: 30 }]);
  assert.equal((await api()("/sync/marts/recount", post({ ...range, by: "me" }))).status, 400);
  assert.equal((await api()("/sync/marts/recount", { ...post(range), as: personWith("viewer") })).status, 403);
});

Deno.test("sync/alerts answers what is wrong and what is over; where it goes and a test are for those who may manage", async () => {
  assert.deepEqual((await api()("/sync/alerts")).body, { alerts: [alert] });
  const past = await api()("/sync/alerts/past?limit=2&before=2026-11-19T09:41:00.000Z");
  assert.deepEqual(past.body, { alerts: Array(2).fill({ ...alert, endedAt: alert.since }) });
  assert.equal((await api()("/sync/alerts/past?before=soon")).status, 400);
  assert.deepEqual((await api()("/sync/alerts/channels")).body, { channels: [channel] });
  const test = await api()("/sync/alerts/test", { method: "POST" });
  assert.deepEqual(test.body, { results: [{ channel: "mail", error: `no ${operator.name}` }] });
  for (const [path, init] of [["channels", {}], ["test", { method: "POST" }]] as const) {
    assert.equal((await api()(`/sync/alerts/${path}`, { ...init, as: personWith("viewer") })).status, 403, path);
  }
});

Deno.test("POST sync/runs starts a run in the person's name and says where it is", async () => {
  const asked: unknown[] = [];
  const call = api({ requestRun: (what) => (asked.push(what), Promise.resolve(run(7))) });
  const { status, body, response } = await call("/sync/runs", post({ kind: "full", streams: ["customers"] }));
  assert.deepEqual([status, body.id, response.headers.get("Location")], [202, 7, "/api/v1/sync/runs/7"]);
  assert.deepEqual(asked, [{ kind: "full", streams: ["customers"], isDryRun: false, requestedBy: "Ada Roe" }]);
});

Deno.test("POST sync/runs takes a backfill with its range, and a dry run", async () => {
  const asked: unknown[] = [];
  const call = api({ requestRun: (what) => (asked.push(what), Promise.resolve(run(7))) });
  const range = { from: "2026-11-01", to: "2026-11-30" };
  await call("/sync/runs", post({ kind: "backfill", range, isDryRun: true }));
  assert.deepEqual(asked, [{ kind: "backfill", range, isDryRun: true, requestedBy: "Ada Roe" }]);
  const odd = await call("/sync/runs", post({ kind: "backfill", range: { from: "2026-11-01" } }));
  assert.deepEqual([odd.status, odd.body.code], [400, "invalid_input"]);
});

Deno.test("POST sync/runs/{id}/pause, resume and cancel act in the person's name, and need sync:run", async () => {
  for (const act of ["pause", "resume", "cancel"]) {
    const { status, body } = await api()(`/sync/runs/7/${act}`, { method: "POST" });
    assert.deepEqual([status, body.id], [202, 7], act);
    if (act !== "resume") assert.equal(body.haltedBy, "Ada Roe");
    const refused = await api()(`/sync/runs/7/${act}`, { method: "POST", as: personWith("manager") });
    assert.deepEqual([refused.status, refused.body.permission], [403, "sync:run"]);
  }
  const over = api({ pauseRun: () => Promise.reject(new AppError("It is over", "run_over", "reject_request")) });
  const { status, body } = await over("/sync/runs/7/pause", { method: "POST" });
  assert.deepEqual([status, body.code], [409, "run_over"]);
});

Deno.test("POST sync/runs is refused to those without sync:run, by name, before the body is looked at", async () => {
  for (const role of ["manager", "analyst", "viewer"] as const) {
    const { status, body } = await api()("/sync/runs", { as: personWith(role), ...post("{") });
    assert.deepEqual([status, body.code, body.permission], [403, "forbidden", "sync:run"], role);
    assert.match(body.detail, /start, pause and cancel runs.*sync:run/);
  }
  for (const role of ["admin", "operator"] as const) {
    assert.equal((await api()("/sync/runs", { as: personWith(role), ...post({ kind: "full" }) })).status, 202, role);
  }
});

Deno.test("errors of the sync keep their code and sentence", async () => {
  const refusing = (code: string) =>
    api({ requestRun: () => Promise.reject(new AppError(`Cannot start: ${code}`, code, "reject_request")) });
  const busy = await refusing("run_in_progress")("/sync/runs", post({ kind: "full" }));
  assert.deepEqual([busy.status, busy.body.code, busy.body.detail], [
    409,
    "run_in_progress",
    "Cannot start: run_in_progress",
  ]);
  assert.equal((await refusing("unknown_stream")("/sync/runs", post({ kind: "full" }))).status, 400);
});

Deno.test("an unexpected error is a 500 that tells nothing of its cause; a lost database is a 503", async () => {
  const broken = await api({ status: () => Promise.reject(new Error("mongodb://user:secret@host")) })("/sync/status");
  assert.equal(broken.status, 500);
  assert.doesNotMatch(JSON.stringify(broken.body), /secret|mongodb/);
  const away = Object.assign(new Error("no server"), { name: "MongoServerSelectionError" });
  const lost = await api({ status: () => Promise.reject(away) })("/sync/status");
  assert.deepEqual([lost.status, lost.body.code], [503, "store_unreachable"]);
});

const FAULTS: [what: string, path: string, init: RequestInit, where: string, field: string, says: RegExp][] = [
  ["unknown parameter", "/sync/status?a=1", {}, "query", "a", /"a" is not known; nothing is known here/],
  ["misspelt parameter", "/sync/runs?limt=5", {}, "query", "limt", /"limt" is not known; known here: limit, before/],
  ["no number", "/sync/runs?limit=many", {}, "query", "limit", /"limit" is "many" but must be a number/],
  ["too small", "/sync/runs?limit=0", {}, "query", "limit", /"limit" is "0" but must be at least 1/],
  ["too big", "/sync/runs?limit=201", {}, "query", "limit", /must be at most 200/],
  ["broken number", "/sync/runs?limit=1.5", {}, "query", "limit", /must be a whole number/],
  ["given twice", "/sync/runs?limit=5&limit=6", {}, "query", "limit", /"limit" is given 2 times; give it once/],
  ["no run number", "/sync/runs/latest", {}, "path", "id", /"id" is "latest" but must be a number/],
  ["empty body", "/sync/runs", post({}), "body", "kind", /"kind" is missing: it must be "full" or "incremental"/],
  [
    "wrong word",
    "/sync/runs",
    post({ kind: "fast" }),
    "body",
    "kind",
    /"kind" is "fast" but must be "full" or "incremental"/,
  ],
  ["wrong type", "/sync/runs", post({ kind: "full", streams: "customers" }), "body", "streams", /must be a list/],
  ["empty list", "/sync/runs", post({ kind: "full", streams: [] }), "body", "streams", /at least 1 entry long/],
  [
    "wrong entry",
    "/sync/runs",
    post({ kind: "full", streams: ["a", 5] }),
    "body",
    "streams.1",
    /"streams.1" is 5 but must be a text/,
  ],
  [
    "unknown field",
    "/sync/runs",
    post({ kind: "full", force: true }),
    "body",
    "force",
    /"force" is not known; known here: kind, streams/,
  ],
  ["no object", "/sync/runs", post("[]"), "body", "", /The body is \[\] but must be an object/],
  [
    "unknown filter",
    "/reports/sales?form=2026-11-01",
    {},
    "query",
    "form",
    /"form" is not known; known here: from, to,/,
  ],
  [
    "no day",
    "/reports/sales?from=2026-02-30",
    {},
    "query",
    "from",
    /"from" is "2026-02-30" but must be a day of the calendar/,
  ],
  [
    "no grain",
    "/reports/sales?grain=hour",
    {},
    "query",
    "grain",
    /"grain" is "hour" but must be one of day, week, month/,
  ],
  [
    "days reversed",
    "/reports/sales?from=2026-11-20&to=2026-11-01",
    {},
    "query",
    "from",
    /"from" is 2026-11-20, which lies after/,
  ],
  ["filter twice", "/reports/sales?by=item&by=rep", {}, "query", "by", /"by" is given 2 times; give it once/],
  ["no JSON", "/sync/runs", post("{kind:full}"), "body", "", /The body is not JSON/],
];

for (const [what, path, init, where, field, says] of FAULTS) {
  Deno.test(`bad input, ${what}: a problem that names the field`, async () => {
    const { status, body, response } = await api()(path, init);
    assert.equal(status, 400);
    assert.equal(response.headers.get("Content-Type"), "application/problem+json");
    assert.deepEqual([body.type, body.code, body.status], ["urn:tidemark:problem:invalid_input", "invalid_input", 400]);
    assert.equal(body.errors.length, 1);
    assert.deepEqual([body.errors[0].in, body.errors[0].field], [where, field]);
    assert.match(body.errors[0].detail, says);
    assert.match(body.detail, says);
  });
}

Deno.test("several faults are all named at once", async () => {
  const { body } = await api()("/sync/runs", post({ kind: "fast", streams: [""], force: 1 }));
  assert.deepEqual(body.errors.map((e: { field: string }) => e.field).sort(), ["force", "kind", "streams.0"]);
});

Deno.test("bodies: only JSON, at most 64 KB, also without a stated length", async () => {
  const call = api();
  assert.equal((await call("/sync/runs", post("kind=full", { "Content-Type": "text/plain" }))).status, 415);
  const large = JSON.stringify({ kind: "full", streams: ["x".repeat(70_000)] });
  const refused = await call("/sync/runs", post(large));
  assert.deepEqual([refused.status, refused.body.code], [413, "too_large"]);
  const chunks = new Blob([large]).stream();
  const streamed = await call("/sync/runs", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: chunks,
  });
  assert.equal(streamed.status, 413);
});

Deno.test("unknown paths are 404, wrong methods 405 with Allow, unknown runs 404, all as problems", async () => {
  const call = api();
  const unknown = await call("/nothing");
  assert.deepEqual([unknown.status, unknown.body.code], [404, "not_found"]);
  const wrong = await call("/sync/status", { method: "DELETE" });
  assert.deepEqual([wrong.status, wrong.body.code, wrong.response.headers.get("Allow")], [
    405,
    "method_not_allowed",
    "GET, HEAD",
  ]);
  const runs = await call("/sync/runs", { method: "PUT" });
  assert.deepEqual([runs.status, runs.response.headers.get("Allow")], [405, "GET, HEAD, POST"]);
  const gone = await call("/sync/runs/8");
  assert.deepEqual([gone.status, gone.body.code, gone.body.detail], [404, "unknown_run", "There is no run 8"]);
  assert.equal((await call("/sync/status", { method: "HEAD" })).status, 200);
});

Deno.test("GET openapi.json describes every route with its permission", async () => {
  const { status, body } = await api()("/openapi.json");
  assert.equal(status, 200);
  assert.equal(body.openapi, "3.1.0");
  const paths = Object.keys(body.paths);
  for (
    const path of [
      "/api/v1/health",
      "/api/v1/sync/status",
      "/api/v1/sync/runs",
      "/api/v1/sync/runs/{id}",
      "/api/v1/reports/sales",
    ]
  ) {
    assert.ok(paths.includes(path), `${path} in ${paths}`);
  }
  assert.match(body.paths["/api/v1/sync/runs"].post.description, /sync:run/);
  assert.deepEqual(body.paths["/api/v1/health"].get.security, []);
  assert.deepEqual(body.paths["/api/v1/sync/runs"].post.security, [{ session: [] }, { key: [] }]);
});
