import assert from "node:assert/strict";
import type { FaultSettings } from "./faults.ts";
import { type NetSuiteOptions, type NetSuiteStandIn, startNetSuite } from "./server.ts";
import { authorize, type LoginChange, query, send } from "./test_client.ts";

const ALL = "SELECT id, name, parent FROM subsidiary ORDER BY id";

/** Runs a test against an account with 25 subsidiaries. */
function withAccount(name: string, body: (ns: NetSuiteStandIn) => Promise<void>, options: NetSuiteOptions = {}): void {
  Deno.test(name, async () => {
    const ns = await startNetSuite({ company: "none", ...options });
    try {
      const insert = ns.db.prepare(
        "INSERT INTO subsidiary (id, name, lastmodifieddate) VALUES (?, ?, '2026-01-01 00:00:00')",
      );
      for (let id = 1; id <= 25; id++) insert.run(id, `S${id}`);
      await body(ns);
    } finally {
      await ns.close();
    }
  });
}

async function control(ns: NetSuiteStandIn, method: string, path: string, body?: unknown) {
  const response = await fetch(ns.controlUrl + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** The only entry of o:errorDetails. */
async function errorOf(response: Response) {
  assert.match(response.headers.get("content-type") ?? "", /type=error/);
  const body = await response.json();
  assert.equal(body.status, response.status);
  assert.equal(body["o:errorDetails"].length, 1);
  return body["o:errorDetails"][0] as Record<string, string>;
}

const PAGE = "/services/rest/query/v1/suiteql";

withAccount("a page carries links, counts and rows as NetSuite writes them", async (ns) => {
  const at = (limit: number, offset: number) =>
    `${ns.settings.NETSUITE_BASE_URL}${PAGE}?limit=${limit}&offset=${offset}`;
  const first = await query(ns.settings, ALL, "?limit=10&offset=0");
  assert.equal(first.headers.get("content-type"), "application/vnd.oracle.resource+json; type=collection");
  const { items, ...rest } = await first.json();
  assert.deepEqual(rest, {
    links: [{ rel: "next", href: at(10, 10) }, { rel: "last", href: at(10, 20) }, { rel: "self", href: at(10, 0) }],
    count: 10,
    hasMore: true,
    offset: 0,
    totalResults: 25,
  });
  assert.deepEqual(items[0], { links: [], id: "1", name: "S1" });

  const last = await (await query(ns.settings, ALL, "?limit=10&offset=20")).json();
  assert.deepEqual(last.links.map((l: { rel: string }) => l.rel), ["first", "prev", "last", "self"]);
  assert.deepEqual([last.count, last.hasMore, last.offset, last.totalResults], [5, false, 20, 25]);

  const none = await (await query(ns.settings, "SELECT id FROM subsidiary WHERE id > 99", "")).json();
  assert.deepEqual(none, {
    links: [{ rel: "self", href: at(1000, 0) }],
    count: 0,
    hasMore: false,
    items: [],
    offset: 0,
    totalResults: 0,
  });
});

for (
  const [page, field] of [
    ["?limit=0", "limit"],
    ["?limit=1001", "limit"],
    ["?limit=ten", "limit"],
    ["?limit=10&offset=5", "offset"],
    ["?limit=10&offset=-10", "offset"],
    ["?limit=1000&offset=100000", "offset"],
    ["?limit=50&offset=50000", "offset"],
    ["?limit=10&limit=10", "limit"],
    ["?page=2", "page"],
  ] as const
) {
  withAccount(`the page ${page} is refused by the name of its parameter`, async (ns) => {
    const response = await query(ns.settings, ALL, page);
    assert.equal(response.status, 400);
    const error = await errorOf(response);
    assert.deepEqual([error["o:errorCode"], error["o:errorQueryParam"]], ["INVALID_PARAMETER", field]);
  });
}

withAccount(
  "a request without Prefer: transient, another method, or a body that is not as documented is refused",
  async (ns) => {
    const json = { "content-type": "application/json", prefer: "transient" };
    const refused = async (init: RequestInit, code: string, method = "POST") =>
      assert.equal((await errorOf(await send(ns.settings, method, PAGE, init)))["o:errorCode"], code);
    await refused(
      { headers: { "content-type": "application/json" }, body: JSON.stringify({ q: ALL }) },
      "INVALID_HEADER",
    );
    await refused({ headers: json }, "METHOD_NOT_ALLOWED", "GET");
    await refused(
      { headers: { ...json, "content-type": "text/plain" }, body: JSON.stringify({ q: ALL }) },
      "INVALID_CONTENT",
    );
    await refused({ headers: json, body: "{" }, "INVALID_CONTENT");
    await refused({ headers: json, body: JSON.stringify({ query: ALL }) }, "INVALID_CONTENT");
    await refused({ headers: json, body: JSON.stringify({ q: ALL, params: [1] }) }, "INVALID_CONTENT");
    await refused({ headers: json, body: JSON.stringify({ q: ALL, params: [null] }) }, "INVALID_CONTENT");
  },
);

withAccount("a refused statement answers NetSuite's 400, and tells people the reason in a header", async (ns) => {
  const response = await query(ns.settings, "SELECT id FROM transaction LIMIT 5");
  assert.equal(response.status, 400);
  assert.match(response.headers.get("x-standin-reason") ?? "", /LIMIT/);
  assert.deepEqual(await response.json(), {
    type: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
    title: "Bad Request",
    status: 400,
    "o:errorDetails": [{
      detail:
        "Invalid search query. Detailed unprocessed description follows. Search error occurred: Invalid or unsupported search.",
      "o:errorQueryParam": "q",
      "o:errorCode": "INVALID_PARAMETER",
    }],
  });
});

withAccount("every refused login answers the same 401; the trail alone knows why", async (ns) => {
  const answers = [];
  for (
    const change of [{ tokenSecret: "0".repeat(64) }, { realm: "1234567-sb1" }, { stampSeconds: 1_000_000_000 }, {
      nonce: "x",
    }]
  ) {
    const response = await query(ns.settings, ALL, "", undefined, change);
    answers.push([response.status, await response.text()]);
  }
  const twice = authorize(ns.settings, "GET", `${ns.settings.NETSUITE_BASE_URL}/services/rest/system/v1/serverTime`);
  for (const status of [200, 401]) {
    const response = await fetch(`${ns.settings.NETSUITE_BASE_URL}/services/rest/system/v1/serverTime`, {
      headers: { authorization: twice },
    });
    assert.equal(response.status, status);
    if (status === 401) answers.push([status, await response.text()]);
    else await response.body?.cancel();
  }
  assert.equal(new Set(answers.map(String)).size, 1);
  assert.match(String(answers[0]), /INVALID_LOGIN/);
  const causes = ["InvalidSignature", "permission_denied", "InvalidTimestamp", "nonce_rejected", "nonce_used"];
  assert.deepEqual(ns.audit.refused.map((entry) => entry.cause), causes);
  const trail = await control(ns, "GET", "/audit");
  assert.deepEqual(trail.body.refused.map((entry: { cause: string }) => entry.cause), causes);
  assert.equal(trail.body.counts.ok, 1);
  assert.doesNotMatch(JSON.stringify(trail.body), new RegExp(ns.settings.NETSUITE_TOKEN_SECRET!));
});

withAccount("the query is verified byte for byte as it was sent", async (ns) => {
  for (const page of ["?limit=10&offset=0", "?offset=0&limit=10", "?limit=1%30"]) {
    const response = await query(ns.settings, ALL, page);
    assert.equal(response.status, 200, page);
    assert.equal((await response.json()).count, 10, page);
  }
});

withAccount("serverTime and governanceLimits answer", async (ns) => {
  const time = await (await send(ns.settings, "GET", "/services/rest/system/v1/serverTime")).json();
  assert.ok(Math.abs(Date.parse(time.serverTime) - Date.now()) < 60_000);
  const limits = await (await send(ns.settings, "GET", "/services/rest/system/v1/governanceLimits")).json();
  assert.deepEqual(limits, {
    accountConcurrencyLimit: 5,
    accountUnallocatedConcurrencyLimit: 5,
    integrationLimitType: "accountLimit",
  });
  ns.faults.set({ governanceVisible: false });
  const forbidden = await send(ns.settings, "GET", "/services/rest/system/v1/governanceLimits");
  assert.equal((await errorOf(forbidden))["o:errorCode"], "INSUFFICIENT_PERMISSION");
  const unknown = await send(ns.settings, "GET", "/services/rest/query/v1/nothing");
  assert.equal((await errorOf(unknown))["o:errorCode"], "NONEXISTENT_ID");
});

withAccount("more requests at once than slots are refused with 429, one after another pass", async (ns) => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => query(ns.settings, ALL)));
  const statuses = answers.map((r) => r.status).sort();
  assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429, 429, 429]);
  const full = answers.find((r) => r.status === 429)!;
  const body = await full.json();
  assert.deepEqual([body.title, body["o:errorCode"], body["o:errorDetails"][0]["o:errorCode"]], [
    "Bad Request",
    "USER_ERROR",
    "CONCURRENCY_LIMIT_EXCEEDED",
  ]);
  for (const answer of answers) if (!answer.bodyUsed) await answer.body?.cancel();
  ns.faults.set({ latencyMs: 0 });
  for (let i = 0; i < 4; i++) assert.equal((await (await query(ns.settings, ALL)).json()).count, 25);
  const counts = (await control(ns, "GET", "/requests")).body;
  assert.deepEqual([counts.byKind.suiteql, counts.byStatus["429"], counts.highestAtOnce], [12, 5, 3]);
}, { slots: 3, latencyMs: 1500 });

withAccount("slots that others hold are missing", async (ns) => {
  ns.faults.set({ slotsTaken: 5 });
  const response = await query(ns.settings, ALL);
  assert.equal(response.status, 429);
  await response.body?.cancel();
});

const STRIKES: [
  name: string,
  settings: FaultSettings,
  check: (response: Response, ns: NetSuiteStandIn) => Promise<void>,
][] = [
  ["unauthorized", { unauthorized: { next: 1 } }, async (response, ns) => {
    assert.equal((await errorOf(response))["o:errorCode"], "INVALID_LOGIN");
    assert.equal(ns.audit.last?.cause, "overload");
  }],
  [
    "throttle",
    { throttle: { next: 1 } },
    async (response) => assert.equal((await errorOf(response))["o:errorCode"], "CONCURRENCY_LIMIT_EXCEEDED"),
  ],
  [
    "error",
    { error: { next: 1 } },
    async (response) =>
      assert.match((await errorOf(response)).detail!, /^An unexpected error occurred\. Error ID: [a-z0-9]{12}$/),
  ],
  ["gateway", { gateway: { next: 1 } }, async (response) => {
    assert.equal(response.status, 502);
    assert.match(await response.text(), /^<!DOCTYPE html>/);
  }],
  ["truncate json", { truncate: { next: 1, how: "json" } }, async (response) => {
    assert.equal(response.status, 200);
    const text = await response.text();
    assert.throws(() => JSON.parse(text), SyntaxError);
  }],
  ["truncate connection", { truncate: { next: 1, how: "connection" } }, async (response) => {
    assert.equal(response.status, 200);
    await assert.rejects(response.text());
  }],
  ["empty", { empty: { next: 1 } }, async (response) => {
    assert.equal(response.status, 200);
    assert.equal((await response.json()).totalResults, 0);
  }],
];

for (const [name, settings, check] of STRIKES) {
  withAccount(`the fault ${name} strikes once and is over`, async (ns) => {
    const set = await control(ns, "POST", "/faults", settings);
    assert.equal(set.status, 200);
    await check(await query(ns.settings, ALL), ns);
    assert.equal((await (await query(ns.settings, ALL)).json()).count, 25);
    const { struck } = (await control(ns, "GET", "/faults")).body;
    assert.deepEqual(Object.values(struck), [1]);
  });
}

withAccount("a slow answer outlasts the client's patience, and closing does not wait for it", async (ns) => {
  ns.faults.set({ slow: { next: 1, ms: 60_000 } });
  const url = ns.settings.NETSUITE_BASE_URL + PAGE;
  const headers = {
    authorization: authorize(ns.settings, "POST", url),
    "content-type": "application/json",
    prefer: "transient",
  };
  const given = AbortSignal.timeout(200);
  await assert.rejects(fetch(url, { method: "POST", headers, body: JSON.stringify({ q: ALL }), signal: given }), {
    name: "TimeoutError",
  });
});

withAccount("a share of faults is the same for the same seed", async (ns) => {
  const runOnce = async () => {
    ns.faults.clear();
    ns.faults.set({ error: { share: 0.5 }, seed: 7 });
    const statuses = [];
    for (let i = 0; i < 12; i++) {
      const response = await query(ns.settings, ALL);
      statuses.push(response.status);
      await response.body?.cancel();
    }
    return statuses;
  };
  const first = await runOnce();
  assert.ok(first.includes(200) && first.includes(500), String(first));
  assert.deepEqual(await runOnce(), first);
});

withAccount(
  "revoked credentials, hidden columns, bad columns and the date preference can change in mid-run",
  async (ns) => {
    const errorCode = async (q: string) => (await errorOf(await query(ns.settings, q)))["o:errorCode"];
    await control(ns, "POST", "/faults", { revoked: true });
    assert.equal(await errorCode(ALL), "INVALID_LOGIN");
    assert.equal(ns.audit.last?.cause, "token_rejected");
    await control(ns, "POST", "/faults", { revoked: false, missing: ["subsidiary.name"] });
    assert.equal(await errorCode(ALL), "INVALID_PARAMETER");
    await control(ns, "POST", "/faults", { missing: [], badColumns: ["name"] });
    assert.equal(await errorCode(ALL), "UNEXPECTED_ERROR");
    await control(ns, "POST", "/faults", { badColumns: [], datePreference: "DD.MM.YYYY", timeZone: "Europe/Zurich" });
    const raw = "SELECT lastmodifieddate AS day, TO_CHAR(lastmodifieddate,'HH24') AS hour FROM subsidiary WHERE id = 1";
    assert.deepEqual((await (await query(ns.settings, raw)).json()).items, [{
      links: [],
      day: "01.01.2026",
      hour: "01",
    }]);
    assert.deepEqual((await control(ns, "DELETE", "/faults")).body, {});
    assert.deepEqual((await (await query(ns.settings, raw)).json()).items, [{
      links: [],
      day: "12/31/2025",
      hour: "16",
    }]);
  },
);

for (
  const [body, part] of [
    [{ throtle: { next: 1 } }, /throtle/],
    [{ throttle: { next: -1 } }, /throttle\.next/],
    [{ throttle: { share: 2 } }, /throttle\.share/],
    [{ slow: { next: 1 } }, /slow\.ms/],
    [{ timeZone: "Mars/Olympus" }, /Mars/],
    [{ datePreference: "whenever" }, /whenever/],
    [{ missing: ["a.b.c"] }, /missing/],
  ] as const
) {
  withAccount(`the faults ${JSON.stringify(body)} are refused and change nothing`, async (ns) => {
    const answer = await control(ns, "POST", "/faults", body);
    assert.equal(answer.status, 400);
    assert.match(answer.body.error, part);
    assert.deepEqual(ns.faults.current, {});
  });
}

withAccount("the clock moves logins, serverTime and SYSDATE; skew moves what clients see only", async (ns) => {
  const answer = await control(ns, "POST", "/clock", { offsetSeconds: 86_400 });
  assert.ok(Math.abs(Date.parse(answer.body.now) - Date.now() - 86_400_000) < 60_000);
  const late = await query(ns.settings, ALL);
  assert.equal(late.status, 401);
  await late.body?.cancel();
  assert.equal(ns.audit.last?.cause, "InvalidTimestamp");
  const stampSeconds = Math.floor(Date.parse(late.headers.get("date")!) / 1000);
  const q = "SELECT TO_CHAR(SYS_EXTRACT_UTC(CURRENT_TIMESTAMP),'YYYY-MM-DD') AS today FROM dual";
  const good = await query(ns.settings, q, "", undefined, { stampSeconds });
  assert.deepEqual((await good.json()).items[0].today, new Date(stampSeconds * 1000).toISOString().slice(0, 10));

  await control(ns, "POST", "/clock", { offsetSeconds: 0 });
  ns.faults.set({ clockSkewSeconds: 360 });
  const skewed = await query(ns.settings, ALL);
  assert.equal(skewed.status, 401);
  await skewed.body?.cancel();
  const corrected = Math.floor(Date.parse(skewed.headers.get("date")!) / 1000);
  assert.ok(Math.abs(corrected - Date.now() / 1000 - 360) < 30);
  const again = await query(ns.settings, ALL, "", undefined, { stampSeconds: corrected });
  assert.equal(again.status, 200);
  await again.body?.cancel();
});

withAccount("refused logins in a row lock out right ones for half an hour", async (ns) => {
  ns.faults.set({ lockAfter: 3 });
  const status = async (change: LoginChange = {}) => {
    const response = await query(ns.settings, ALL, "", undefined, change);
    await response.body?.cancel();
    return response.status;
  };
  const wrong = { tokenSecret: "0".repeat(64) };
  assert.deepEqual([await status(wrong), await status(wrong), await status()], [401, 401, 200]);
  assert.deepEqual([await status(wrong), await status(wrong), await status(wrong), await status()], [
    401,
    401,
    401,
    401,
  ]);
  assert.equal(ns.audit.last?.cause, "temporary_locked");
  ns.account.setClock(1801);
  assert.equal(await status({ stampSeconds: Math.floor(Date.now() / 1000) + 1801 }), 200);
});

withAccount("POST /rows gives the rows as they are stored", async (ns) => {
  const { body } = await control(ns, "POST", "/rows", {
    table: "subsidiary",
    columns: ["id", "lastmodifieddate"],
    limit: 2,
    offset: 1,
  });
  assert.deepEqual(body, [2, 3].map((id) => ({ id, lastmodifieddate: "2026-01-01 00:00:00" })));
  assert.equal((await control(ns, "POST", "/rows", { table: "sqlite_master" })).status, 400);
  assert.equal((await control(ns, "POST", "/rows", { table: "subsidiary", columns: ["nothing"] })).status, 400);
  assert.equal((await control(ns, "GET", "/nothing")).status, 404);
  assert.equal((await control(ns, "POST", "/change", { count: "many" })).status, 400);
});
