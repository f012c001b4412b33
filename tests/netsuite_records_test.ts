import assert from "node:assert/strict";
import { AppError } from "../lib/errors.ts";
import { RecordError, UnsureError } from "../lib/sources/netsuite/answers.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { type RecordBody, recordsOf } from "../lib/sources/netsuite/records.ts";
import { type NetSuiteStandIn, startNetSuite } from "../standins/netsuite/server.ts";
import { testConfig } from "./support/engine.ts";

async function open(stop: AsyncDisposableStack) {
  const netsuite = await startNetSuite({ share: 0.01, seed: 3 });
  stop.defer(() => netsuite.close());
  const sent: { method: string; path: string; body: string | null }[] = [];
  const client = openNetSuite({ ...testConfig("mongodb://127.0.0.1:1", netsuite).netsuite, timeoutMs: 400 }, {
    clock: { now: () => new Date() },
    wait: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 20))),
  });
  const watched: typeof client = Object.create(client, {
    send: {
      value: (...args: Parameters<typeof client.send>) => {
        const { method, path, body = null } = args[0];
        sent.push({ method, path, body });
        return client.send(...args);
      },
    },
  });
  const records = recordsOf(watched, { wait: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 20))) });
  return { netsuite, records, sent, options: { meter: { requests: 0, throttled: 0 } } };
}

function one(netsuite: NetSuiteStandIn, sql: string): Record<string, unknown> {
  return netsuite.db.prepare(sql).get() as Record<string, unknown>;
}

const countOf = (netsuite: NetSuiteStandIn, table: string, where: string) =>
  Number(one(netsuite, `SELECT COUNT(*) AS n FROM "${table}" WHERE ${where}`).n);

const failure = (promise: Promise<unknown>) =>
  promise.then((value) => assert.fail(`answered ${JSON.stringify(value)}`), (error) => error as AppError);

Deno.test("Records are made, read, changed by what differs, upserted once, and deleted", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, sent, options } = await open(stop);
  const { subsidiary } = one(netsuite, "SELECT MIN(id) AS subsidiary FROM subsidiary");
  const body: RecordBody = {
    companyName: "Ötztal Räder & Söhne",
    subsidiary: { id: String(subsidiary) },
    email: "a@oetztal.example",
  };
  const id = await records.create("customer", body, options);
  const before = await records.get("customer", id, options);
  assert.equal(before.companyName, "Ötztal Räder & Söhne");

  sent.length = 0;
  const names = await records.update("customer", id, before, { ...before, email: "b@oetztal.example" }, options);
  assert.deepEqual(names, ["email"]);
  const patch = sent.find(({ method }) => method === "PATCH")!;
  assert.deepEqual(JSON.parse(patch.body!), { email: "b@oetztal.example" });
  assert.equal(one(netsuite, `SELECT email FROM customer WHERE id = ${id}`).email, "b@oetztal.example");
  assert.deepEqual(
    await records.update("customer", id, before, { email: before.email }, options),
    [],
    "nothing differs",
  );

  const first = await records.upsert("customer", "crm-77", { ...body, companyName: "Upserted" }, options);
  const second = await records.upsert("customer", "crm-77", { companyName: "Upserted again" }, options);
  assert.equal(first, second);
  assert.equal(countOf(netsuite, "customer", "externalid = 'crm-77'"), 1);
  assert.equal((await records.get("customer", "eid:crm-77", options, ["companyName"])).companyName, "Upserted again");

  await records.delete("customer", first, options);
  await records.delete("customer", first, options);
  assert.equal((await failure(records.get("customer", first, options))).code, "upstream_gone");
});

Deno.test("A record that somebody else has changed is not written over", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, sent, options } = await open(stop);
  const { id } = one(netsuite, "SELECT MIN(id) AS id FROM customer WHERE email IS NOT NULL");
  const before = await records.get("customer", String(id), options);
  netsuite.db.prepare("UPDATE customer SET email = 'else@example.com' WHERE id = ?").run(id as number);
  sent.length = 0;
  const refused = await failure(
    records.update("customer", String(id), before, { ...before, email: "me@example.com" }, options),
  );
  assert.equal(refused.code, "record_changed");
  assert.match(refused.message, /email/);
  assert.ok(!sent.some(({ method }) => method === "PATCH"));
  // a change to another field is none of our business
  await records.update("customer", String(id), before, { ...before, phone: "+1 555 0100" }, options);
});

Deno.test("A misspelt property is refused, not dropped in silence; NetSuite's own words come through", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, options } = await open(stop);
  const { id } = one(netsuite, "SELECT MIN(id) AS id FROM customer");
  const refused = await failure(records.update("customer", String(id), {}, { emial: "x@example.com" }, options));
  assert.ok(refused instanceof RecordError, refused.message);
  assert.match(refused.message, /emial/);
  assert.equal(refused.recovery, "reject_request");
  for (const bad of ["a|b", "../x", "", "a b"]) {
    await assert.rejects(records.upsert("customer", bad, {}, options), RangeError);
  }
});

Deno.test("Lines are replaced whole: sent twice, an order does not grow", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, options } = await open(stop);
  const { entity } = one(netsuite, `SELECT entity FROM "transaction" WHERE type = 'SalesOrd' ORDER BY id LIMIT 1`);
  const items = netsuite.db.prepare("SELECT id FROM item WHERE itemtype = 'InvtPart' AND isinactive = 'F' LIMIT 2")
    .all();
  const { id: location } = one(netsuite, "SELECT MIN(id) AS id FROM location");
  const order = (quantity: number): RecordBody => ({
    entity: { id: String(entity) },
    location: { id: String(location) },
    item: { items: items.map(({ id }) => ({ item: { id: String(id) }, quantity, rate: 50 })) },
  });
  const id = await records.upsert("salesOrder", "WEB-1001", order(2), options);
  assert.equal(await records.upsert("salesOrder", "WEB-1001", order(3), options), id);
  const lines = () =>
    countOf(netsuite, "transactionline", `"transaction" = ${id} AND mainline = 'F' AND itemtype = 'InvtPart'`);
  assert.equal(lines(), 2);
  const before = await records.get("salesOrder", id, options);
  const names = await records.update("salesOrder", id, before, { item: order(5).item }, options);
  assert.deepEqual([names, lines()], [["item"], 2]);

  const invoice = await records.transform("salesOrder", id, "invoice", {}, options).catch((error) => error);
  if (typeof invoice !== "string") assert.ok(invoice instanceof RecordError, String(invoice)); // the company may want it shipped first
});

Deno.test("A creation whose answer was lost is looked up by its external id, and never done twice", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, options } = await open(stop);
  const { subsidiary } = one(netsuite, "SELECT MIN(id) AS subsidiary FROM subsidiary");
  const body = (name: string, more: RecordBody = {}): RecordBody => ({
    companyName: name,
    subsidiary: { id: String(subsidiary) },
    ...more,
  });
  await records.get("customer", String(one(netsuite, "SELECT MIN(id) AS id FROM customer").id), options);

  netsuite.faults.set({ slow: { next: 1, ms: 700, after: true } });
  const id = await records.create("customer", body("Lost answer", { externalId: "lost-1" }), options);
  assert.equal(countOf(netsuite, "customer", "externalid = 'lost-1'"), 1);
  assert.equal(String(one(netsuite, "SELECT id FROM customer WHERE externalid = 'lost-1'").id), id);

  netsuite.faults.set({ slow: { next: 1, ms: 700, after: true } });
  const unsure = await failure(records.create("customer", body("No external id"), options));
  assert.ok(unsure instanceof UnsureError);
  assert.match(unsure.message, /Look there before you send it again/);
  assert.equal(countOf(netsuite, "customer", "companyname = 'No external id'"), 1);

  netsuite.faults.set({ throttle: { next: 2 } });
  await records.create("customer", body("Throttled"), options);
  assert.equal(
    countOf(netsuite, "customer", "companyname = 'Throttled'"),
    1,
    "a refusal for slots did nothing, so it is sent again",
  );
});

Deno.test("A batch of 100 is done once, however often it is sent with its key", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, options } = await open(stop);
  const { subsidiary } = one(netsuite, "SELECT MIN(id) AS subsidiary FROM subsidiary");
  const list: RecordBody[] = Array.from({ length: 100 }, (_, n) => ({
    companyName: n === 41 ? "" : `Batch ${n}`,
    ...(n === 41 ? { nonsense: true } : {}),
    subsidiary: { id: String(subsidiary) },
  }));
  const batch = { type: "customer", operation: "create" as const, records: list, idempotencyKey: crypto.randomUUID() };
  const results = await records.batch(batch, options);
  assert.equal(results.length, 100);
  assert.ok(
    results.every(({ id, error }, n) =>
      n === 41 ? id === null && error instanceof RecordError : id !== null && error === null
    ),
  );
  const made = () => countOf(netsuite, "customer", "companyname LIKE 'Batch %'");
  assert.equal(made(), 99);
  const again = await records.batch(batch, options);
  assert.deepEqual(again.map(({ id }) => id), results.map(({ id }) => id));
  assert.equal(made(), 99);

  const gone = await records.batch({
    type: "customer",
    operation: "delete",
    records: results.filter(({ id }) => id !== null).slice(0, 10).map(({ id }) => ({ id })),
    idempotencyKey: crypto.randomUUID(),
  }, options);
  assert.ok(gone.every(({ error }) => error === null));
  assert.equal(made(), 89);
  await assert.rejects(records.batch({ ...batch, records: [...list, {}] }, options), RangeError);
  await assert.rejects(records.batch({ ...batch, idempotencyKey: "again" }, options), RangeError);
});

Deno.test("A locked record says so, and what to do is another way than ours", async () => {
  await using stop = new AsyncDisposableStack();
  const { netsuite, records, options } = await open(stop);
  const { id } = one(netsuite, "SELECT MIN(id) AS id FROM customer");
  netsuite.faults.set({ locked: [`customer/${id}`] });
  assert.equal((await failure(records.get("customer", String(id), options))).code, "record_locked");
});
