import assert from "node:assert/strict";
import { type NetSuiteOptions, type NetSuiteStandIn, startNetSuite } from "./server.ts";
import { query, send } from "./test_client.ts";

async function withDemo(body: (ns: NetSuiteStandIn) => Promise<void>, options: NetSuiteOptions = {}): Promise<void> {
  const ns = await startNetSuite({ share: 0.01, ...options });
  try {
    await body(ns);
  } finally {
    await ns.close();
  }
}

/** Rows of a statement, or its error's detail. */
async function rows(ns: NetSuiteStandIn, q: string, page = "") {
  const response = await query(ns.settings, q, page);
  const body = await response.json();
  return {
    status: response.status,
    items: body.items as Record<string, string>[],
    total: body.totalResults as number,
    links: body.links,
    detail: body["o:errorDetails"]?.[0]?.detail as string | undefined,
  };
}
const status = async (ns: NetSuiteStandIn, path: string, method = "GET", body?: object) => {
  const response = await send(
    ns.settings,
    method,
    path,
    body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {},
  );
  await response.body?.cancel();
  return response.status;
};
const control = (ns: NetSuiteStandIn, path: string, body: object) =>
  fetch(ns.controlUrl + path, { method: "POST", body: JSON.stringify(body) }).then((response) => response.json());

Deno.test("a non-OneWorld account has no subsidiary, anywhere", () =>
  withDemo(async (ns) => {
    await control(ns, "/faults", { features: { subsidiaries: false } });
    assert.match((await rows(ns, "SELECT id FROM subsidiary")).detail ?? "", /Record 'subsidiary' was not found/);
    assert.match(
      (await rows(ns, "SELECT subsidiary FROM transactionline")).detail ?? "",
      /Unknown identifier 'subsidiary'/,
    );
    assert.equal(await status(ns, "/services/rest/record/v1/subsidiary/1"), 404);
    const order = (await rows(ns, "SELECT id FROM transaction WHERE type = 'SalesOrd'", "?limit=1")).items[0]!.id;
    const shown = await (await send(ns.settings, "GET", `/services/rest/record/v1/salesOrder/${order}`)).json();
    assert.ok(shown.tranId && !("subsidiary" in shown));
    await control(ns, "/faults", { features: {} });
    assert.equal((await rows(ns, "SELECT id FROM subsidiary")).total, 3);
  }));

Deno.test("a role hides tables, document types and rows of other subsidiaries, and forbids writing", () =>
  withDemo(async (ns) => {
    const all = (await rows(ns, "SELECT COUNT(*) AS n FROM transaction")).items[0]!.n!;
    ns.faults.set({
      role: { permissions: { "Deleted Records": "none", Invoice: "none", Customer: "view", Vendor: "none" } },
    });
    assert.match(
      (await rows(ns, "SELECT recordid FROM deletedrecord")).detail ?? "",
      /Record 'deletedrecord' was not found/,
    );
    assert.equal((await rows(ns, "SELECT id FROM transaction WHERE type = 'CustInvc'")).total, 0);
    assert.equal(await status(ns, "/services/rest/record/v1/customer", "POST", { companyName: "x" }), 403);
    assert.equal(await status(ns, "/services/rest/record/v1/customer?limit=1"), 200);
    assert.equal(await status(ns, "/services/rest/record/v1/vendor?limit=1"), 404);
    ns.faults.set({ role: { permissions: { "REST Web Services": "none" } } });
    assert.equal((await rows(ns, "SELECT 1 AS x FROM dual")).status, 403);
    ns.faults.set({ role: { permissions: { "SuiteAnalytics Workbook": "none" } } });
    assert.equal((await rows(ns, "SELECT 1 AS x FROM dual")).status, 403);
    assert.equal(await status(ns, "/services/rest/record/v1/customer?limit=1"), 200);
    ns.faults.set({ role: { permissions: { "Log in using Access Tokens": "none" } } });
    assert.equal((await rows(ns, "SELECT 1 AS x FROM dual")).status, 401);
    assert.equal(ns.audit.last?.cause, "permission_denied");
    ns.faults.set({ role: { subsidiaries: [2] } });
    const seen = await rows(
      ns,
      "SELECT DISTINCT l.subsidiary AS s FROM transaction t JOIN transactionline l ON l.transaction = t.id",
    );
    assert.deepEqual(seen.items.map((row) => row.s), ["2"]);
    const some = Number((await rows(ns, "SELECT COUNT(*) AS n FROM transaction")).items[0]!.n);
    assert.ok(some > 0 && some < Number(all), `${some} of ${all}`);
    const foreign =
      ns.db.prepare(`SELECT "transaction" AS id FROM transactionline WHERE mainline = 'T' AND subsidiary = 1
      AND "transaction" IN (SELECT id FROM "transaction" WHERE type = 'SalesOrd')`).get()!.id;
    assert.equal(await status(ns, `/services/rest/record/v1/salesOrder/${foreign}`), 404);
    const listed = await (await send(ns.settings, "GET", "/services/rest/record/v1/salesOrder?limit=1")).json();
    assert.ok(
      listed.totalResults < ns.db.prepare(`SELECT COUNT(*) AS n FROM "transaction" WHERE type = 'SalesOrd'`).get()!.n!,
    );
    ns.faults.clear();
    assert.equal((await rows(ns, "SELECT COUNT(*) AS n FROM transaction")).items[0]!.n, all);
  }));

Deno.test("a second accounting book doubles the ledger; each book balances", () =>
  withDemo(async (ns) => {
    const sum =
      "SELECT accountingbook AS b, COUNT(*) AS n, SUM(debit) - SUM(credit) AS d FROM transactionaccountingline GROUP BY accountingbook ORDER BY accountingbook";
    const first = await rows(ns, sum);
    assert.deepEqual(first.items.map((row) => [row.b, Math.abs(Number(row.d)) < 0.005]), [["1", true]]);
    ns.faults.set({ accountingBooks: 2 });
    const both = await rows(ns, sum);
    assert.deepEqual(both.items.map((row) => [row.b, row.n]), [["1", first.items[0]!.n], ["2", first.items[0]!.n]]);
    assert.equal((await rows(ns, "SELECT id FROM accountingbook WHERE isprimary = 'T'")).total, 1);
    ns.faults.clear();
    assert.equal((await rows(ns, sum)).items.length, 1);
  }));

Deno.test("rows change and vanish while a client pages, and totalResults wanders", () =>
  withDemo(async (ns) => {
    ns.faults.set({ betweenPages: { next: 2, changes: 20, deletions: 3 } });
    const before = ns.db.prepare("SELECT COUNT(*) AS n FROM deletedrecord").get()!.n as number;
    const q = "SELECT id FROM transaction ORDER BY id";
    await rows(ns, q, "?limit=50&offset=0");
    await rows(ns, q, "?limit=50&offset=50");
    const after = ns.db.prepare("SELECT COUNT(*) AS n FROM deletedrecord").get()!.n as number;
    assert.ok(after >= before + 6, `${before} -> ${after}`);
    const { total } = await rows(ns, q, "?limit=50&offset=100");
    ns.faults.set({ betweenPages: {}, totalDrift: { next: 1, by: 7 } });
    assert.equal((await rows(ns, q, "?limit=50&offset=100")).total, total + 7);
    assert.equal((await rows(ns, q, "?limit=50&offset=100")).total, total);
  }));

Deno.test("ten thousand rows change in one second, some with texts that are hard on software", () =>
  withDemo(async (ns) => {
    const { changed } = await control(ns, "/mass-update", { table: "transaction", count: 10_000 });
    const most = (await rows(
      ns,
      `SELECT COUNT(*) AS n FROM transaction GROUP BY TO_CHAR(lastmodifieddate,'YYYYMMDDHH24MISS')
      ORDER BY COUNT(*) DESC FETCH FIRST 1 ROWS ONLY`,
    )).items[0]!.n;
    assert.ok(changed > 500 && Number(most) >= changed, `${changed} changed, ${most} share a second`);
    await control(ns, "/mass-update", { table: "customer", count: 50, hostile: true });
    const names = (await rows(ns, "SELECT altname FROM customer ORDER BY id", "?limit=50")).items.map((row) =>
      row.altname!
    ).join("");
    for (const part of ["'", '"', "\n", "🚲", "ש", "\u202E", "<script>", "\\"]) assert.ok(names.includes(part), part);
    const wrong = await control(ns, "/mass-update", { table: "nothing", count: 1 });
    assert.match(wrong.error, /nothing/);
  }));

Deno.test("ids may lie above 2^31", () =>
  withDemo(async (ns) => {
    ns.faults.set({ idsAbove: 2 ** 31 });
    const made = await send(ns.settings, "POST", "/services/rest/record/v1/customer", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ companyName: "Large" }),
    });
    const id = made.headers.get("location")!.split("/").at(-1)!;
    assert.ok(Number(id) > 2 ** 31);
    assert.deepEqual(
      (await rows(ns, `SELECT id FROM customer WHERE id > 2147483647`)).items,
      [{ links: [], id }] as never,
    );
  }));

Deno.test("one integration's slots are its limit, and governanceLimits says so", () =>
  withDemo(async (ns) => {
    ns.faults.set({ integrationSlots: 2 });
    const limits = await (await send(ns.settings, "GET", "/services/rest/system/v1/governanceLimits")).json();
    assert.deepEqual(limits, {
      accountConcurrencyLimit: 5,
      accountUnallocatedConcurrencyLimit: 3,
      integrationConcurrencyLimit: 2,
      integrationLimitType: "integrationSpecific",
    });
    ns.faults.set({ latencyMs: 700 });
    const answers = await Promise.all(Array.from({ length: 4 }, () => rows(ns, "SELECT 1 AS x FROM dual")));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 200, 429, 429]);
    ns.faults.set({ integrationSlots: 5, unauthorizedWhenBusy: 2 });
    const busy = await Promise.all(Array.from({ length: 4 }, () => rows(ns, "SELECT 1 AS x FROM dual")));
    assert.deepEqual(busy.map((answer) => answer.status).sort(), [200, 200, 401, 401]);
    assert.equal(ns.audit.last?.cause, "overload");
  }));

Deno.test("latency follows its distribution, the same for the same seed", () =>
  withDemo((ns) => {
    const draw = () => {
      ns.faults.set({ latency: { medianMs: 100, p95Ms: 400 }, seed: 3 });
      return Array.from({ length: 4000 }, () => ns.faults.latencyMs(0)).sort((a, b) => a - b);
    };
    const times = draw();
    assert.ok(Math.abs(times[2000]! - 100) < 8, `median ${times[2000]}`);
    assert.ok(Math.abs(times[3800]! - 400) < 60, `p95 ${times[3800]}`);
    assert.deepEqual(draw(), times);
    assert.throws(() => ns.faults.set({ latency: { medianMs: 10, p95Ms: 5 } }), /p95Ms/);
    return Promise.resolve();
  }, { company: "none" }));

Deno.test("a write is committed though its answer comes too late", () =>
  withDemo(async (ns) => {
    ns.faults.set({ slow: { next: 1, ms: 60_000, after: true } });
    const late = send(ns.settings, "POST", "/services/rest/record/v1/customer", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ companyName: "Committed", externalId: "late-1" }),
      signal: AbortSignal.timeout(300),
    });
    await assert.rejects(late, { name: "TimeoutError" });
    assert.equal(await status(ns, "/services/rest/record/v1/customer/eid:late-1"), 200);
  }));

Deno.test("the clock can be put to a moment, such as the hour that comes twice", () =>
  withDemo(async (ns) => {
    const answer = await control(ns, "/clock", { at: "2026-11-01T08:30:00Z" });
    assert.ok(Math.abs(Date.parse(answer.now) - Date.parse("2026-11-01T08:30:00Z")) < 5_000, answer.now);
    const read = (q: string) =>
      query(ns.settings, q, "", undefined, { stampSeconds: Math.floor(ns.account.now().getTime() / 1000) }).then((r) =>
        r.json()
      );
    const q = "SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI') AS wall FROM dual";
    assert.equal((await read(q)).items[0].wall, "2026-11-01 01:30");
    await control(ns, "/clock", { at: "2026-11-01T09:30:00Z" });
    assert.equal((await read(q)).items[0].wall, "2026-11-01 01:30");
  }));

Deno.test("another account's host name leads nowhere", () =>
  withDemo(async (ns) => {
    const { port } = new URL(ns.settings.NETSUITE_BASE_URL!);
    const ask = async (host: string) => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await connection.write(
        new TextEncoder().encode(
          `GET /services/rest/system/v1/serverTime HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
        ),
      );
      const text = await new Response(connection.readable).text();
      return Number(text.split(" ")[1]);
    };
    assert.equal(await ask("7654321.suitetalk.api.netsuite.com"), 421);
    assert.equal(await ask("1234567-sb1.restlets.api.netsuite.com"), 421);
    assert.equal(await ask("1234567-sb1.suitetalk.api.netsuite.com"), 401, "the account's own host: the login decides");
  }));

Deno.test("a `last` link may lie above the rows that paging reaches", () =>
  withDemo(async (ns) => {
    ns.db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 101500)
      INSERT INTO department (id, name) SELECT 1000 + i, 'D' FROM n`);
    const page = await rows(ns, "SELECT id FROM department ORDER BY id", "?limit=1000&offset=99000");
    const last = page.links.find((link: { rel: string }) => link.rel === "last").href;
    assert.ok(page.total > 100_000 && page.items.length === 1000);
    assert.match(last, /offset=101000$/);
    assert.equal((await rows(ns, "SELECT id FROM department ORDER BY id", "?limit=1000&offset=100000")).status, 400);
  }, { company: "none" }));
