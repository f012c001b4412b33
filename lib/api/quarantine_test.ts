import assert from "node:assert/strict";
import type { BuiltInRole } from "../access/roles.ts";
import { personWith as who } from "../access/testing.ts";
import { systemClock } from "../clock.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { keyAlias, MODIFIED } from "../streams/shape.ts";
import { streamNamed } from "../streams/registry.ts";
import { applyPage } from "../sync/apply.ts";
import { syncIndexes } from "../sync/indexes.ts";
import { ledgerOf } from "../sync/ledger.ts";
import { quarantineDesk } from "../sync/quarantine_desk.ts";
import { createApi } from "./mod.ts";

const currencies = streamNamed("currencies");

function apiOf(store: TestStore) {
  const quarantine = quarantineDesk({ store, ledger: ledgerOf(store), streams: [currencies], clock: systemClock });
  const api = createApi({ sync: { quarantine } as never, store });
  return async (method: string, path: string, body?: unknown, role: BuiltInRole = "operator") => {
    const init = body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    const response = await api.fetch(
      new Request(`http://t.test/api/v1/sync/quarantine${path}`, { method, ...init }),
      who(role),
    );
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith("{") ? JSON.parse(text) : null };
  };
}

async function refuse(store: TestStore, keys: number[]) {
  const rows = keys.map((key) => ({
    raw: {
      [keyAlias(0)]: String(key),
      [MODIFIED]: "2026-01-01T00:00:00Z",
      id: String(key),
      symbol: "=USD",
      currencyprecision: "two",
    },
    children: [],
  }));
  await applyPage(store, currencies, { rows, next: null, askedAt: new Date() }, 1);
}

Deno.test("The quarantine is listed, mended, replayed and let go of over the API", async () => {
  await using store = await openTestStore(syncIndexes([currencies]));
  const call = apiOf(store);
  await refuse(store, [1, 2]);
  const first = await call("GET", "?limit=1");
  assert.deepEqual([first.status, first.body.total, first.body.next], [200, 2, "currencies/1"]);
  const column = /^(\w+) "two"/.exec(first.body.rows[0].reasons[0])![1]!;
  const one = await call("GET", "/currencies%2F1");
  assert.deepEqual([one.status, one.body.raw[column]], [200, "two"]);

  const edited = await call("PATCH", "/currencies%2F1", { raw: { [column]: "2" } });
  assert.deepEqual([edited.status, edited.body.reasons, edited.body.editedBy], [200, [], "Ada Roe"]);
  const done = await call("POST", "/replay", { all: true });
  assert.deepEqual([done.status, done.body], [200, { replayed: 1, refused: 1, outdated: 0 }]);
  assert.equal(await store.collection("currencies").countDocuments(), 1);
  const back = await call("DELETE", "/currencies%2F1/edit");
  assert.deepEqual([back.status, back.body.raw[column], back.body.isMirrored], [200, "two", true]);

  const csv = await call("GET", ".csv?stream=currencies");
  assert.deepEqual([csv.status, csv.text.trim().split("\r\n").length], [200, 3]);
  assert.equal(csv.text.match(/\ufeff/g)?.length ?? 0, 0, "text() takes the one mark at the beginning away");
});

Deno.test("Mending takes sync:manage; what is wrong is said by name", async () => {
  await using store = await openTestStore(syncIndexes([currencies]));
  const call = apiOf(store);
  await refuse(store, [1]);
  for (
    const [method, path, body] of [["PATCH", "/currencies%2F1", {}], ["DELETE", "/currencies%2F1/edit", undefined], [
      "POST",
      "/replay",
      { all: true },
    ]] as const
  ) {
    const { status, body: said } = await call(method, path, body, "manager");
    assert.deepEqual([status, said.permission], [403, "sync:manage"], path);
  }
  assert.equal((await call("GET", "", undefined, "manager")).status, 200);
  assert.equal((await call("GET", ".csv", undefined, "viewer")).body.permission, "data:export");
  assert.deepEqual([(await call("GET", "/currencies%2F9")).body.code], ["not_in_quarantine"]);
  assert.deepEqual((await call("DELETE", "/currencies%2F1/edit")).status, 404);
  assert.match((await call("PATCH", "/currencies%2F1", { raw: { colour: "red" } })).body.detail, /no column "colour"/);
  assert.equal((await call("POST", "/replay", { stream: "currency" })).body.code, "unknown_stream");
  const bad = await call("POST", "/replay", { everything: true });
  assert.deepEqual([bad.status, /\{"all": true\}/.test(bad.body.detail)], [400, true], bad.text);
});
