import assert from "node:assert/strict";
import type { BuiltInRole } from "../access/roles.ts";
import { personWith } from "../access/testing.ts";
import { openTestStore } from "../store/testing.ts";
import { STREAMS } from "../streams/registry.ts";
import { ledgerOf } from "../sync/ledger.ts";
import { makeSchedules } from "../sync/schedules/mod.ts";
import { createApi } from "./mod.ts";

Deno.test("/sync/schedules: list, add, change, preview and remove, each with its permission and its refusals", async () => {
  await using store = await openTestStore();
  const { desk } = makeSchedules({
    ...{ store, ledger: ledgerOf(store), streams: STREAMS, everyMs: 60_000, zone: "Europe/Berlin" },
    clock: { now: () => new Date("2026-11-24T10:00:00Z") },
    request: () => Promise.reject(new Error("no tick here")),
  });
  const api = createApi({ sync: { schedules: desk } as never, store });
  const ask = async (method: string, path: string, body?: unknown, role: BuiltInRole = "operator") => {
    const init = body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
    const url = `http://t.test/api/v1/sync/schedules${path}`;
    const response = await api.fetch(new Request(url, { method, ...init }), personWith(role));
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
  };
  const input = { name: "Orders", kind: "incremental", streams: ["transactions"], cron: "0 * * * *", zone: "UTC" };

  const listed = await ask("GET", "", undefined, "viewer");
  assert.equal(listed.status, 200);
  assert.deepEqual(listed.body.schedules.map(({ id }: { id: string }) => id), [
    "incremental",
    "nightly-proof",
    "weekly-full",
  ]);
  const made = await ask("POST", "", { ...input, quiet: { from: "22:00", to: "05:30" } });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get("Location"), `/api/v1/sync/schedules/${made.body.id}`);
  assert.deepEqual([made.body.updatedBy, made.body.nextDueAt], ["Ada Roe", "2026-11-24T11:00:00.000Z"]);
  const changed = await ask("PUT", `/${made.body.id}`, { ...input, isEnabled: false });
  assert.deepEqual([changed.status, changed.body.isEnabled, changed.body.quiet], [200, false, null]);
  const times = await ask("GET", "/preview?cron=30+2+*+*+*&zone=Europe/Berlin&count=2", undefined, "viewer");
  assert.deepEqual(times.body, { times: ["2026-11-25T01:30:00.000Z", "2026-11-26T01:30:00.000Z"] });

  for (const method of ["POST", "PUT", "DELETE"]) {
    const { status, body } = await ask(method, method === "POST" ? "" : `/${made.body.id}`, input, "manager");
    assert.deepEqual([method, status, body.permission], [method, 403, "sync:manage"]);
  }
  const refusals = [
    [await ask("POST", "", { ...input, cron: "61 * * * *" }), 400, "bad_schedule"],
    [await ask("POST", "", { ...input, streams: ["orders"] }), 400, "unknown_stream"],
    [await ask("POST", "", { ...input, kind: "backfill" }), 400, "invalid_input"],
    [await ask("GET", "/preview?cron=*+*+*+*+*&zone=UTC&from=22:00"), 400, "invalid_input"],
    [await ask("PUT", "/nobody", input), 404, "unknown_schedule"],
    [await ask("DELETE", "/incremental"), 409, "schedule_built_in"],
  ] as const;
  for (const [{ status, body }, expected, code] of refusals) assert.deepEqual([status, body.code], [expected, code]);
  assert.equal((await ask("DELETE", `/${made.body.id}`)).status, 204);
  assert.equal((await ask("DELETE", `/${made.body.id}`)).status, 404);
});
