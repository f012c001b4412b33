import assert from "node:assert/strict";
import { AppError } from "../errors.ts";
import { openTestStore } from "../store/testing.ts";
import { streamNamed } from "../streams/registry.ts";
import type { ColumnDocument } from "./columns.ts";
import { readDrift, recordDrift, recordUnfit } from "./drift.ts";
import { syncIndexes } from "./indexes.ts";
import { Notices } from "./notices.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 10, 24) + ms);

Deno.test("readDrift tells what came, went and changed, newest first, each in a sentence", async () => {
  await using store = await openTestStore(syncIndexes([]));
  assert.deepEqual(await readDrift(store, { limit: 9 }), []);
  const grade = { table: "item", column: "custitem_grade", label: "Grade" };
  await recordDrift(store, [
    { ...grade, at: at(1), change: "appeared", after: "text" },
    { ...grade, at: at(2), change: "type_changed", before: "text", after: "integer" },
    { ...grade, at: at(3), change: "vanished", before: "integer" },
    { table: "customer", column: "url", at: at(4), change: "vanished" },
    { table: "subsidiary", column: null, at: at(5), change: "appeared" },
  ]);
  const drift = await readDrift(store, { limit: 9 });
  assert.deepEqual(drift.map((one) => [one.change, one.before, one.after]), [
    ["appeared", null, null],
    ["vanished", null, null],
    ["vanished", "integer", null],
    ["type_changed", "text", "integer"],
    ["appeared", null, "text"],
  ]);
  const texts = [
    /^The table subsidiary is there again\. A full run fills in/,
    /^url is not in NetSuite, or the role may not see it/,
    /^"Grade" \(custitem_grade\) is no longer in NetSuite/,
    /of the type Integer Number from now on; it was Free-Form Text\. A value/,
    /is a field of the type Free-Form Text, mirrored under custom\.custitem_grade\.$/,
  ];
  for (const [n, text] of texts.entries()) assert.match(drift[n]!.text, text);
  assert.equal((await readDrift(store, { limit: 9, tables: ["item"] })).length, 3);
});

Deno.test("readDrift goes on below any change, also among changes of the same moment", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const change = "vanished";
  await recordDrift(
    store,
    ["a", "b", "c", "d", "e"].map((column, n) => ({ table: "item", column, change, at: at(n >> 1) })),
  );
  const all = (await readDrift(store, { limit: 9 })).map(({ id }) => id);
  const paged: string[] = [];
  while (true) {
    const before = paged.at(-1);
    const page = await readDrift(store, { limit: 2, ...(before === undefined ? {} : { before }) });
    if (page.length === 0) break;
    paged.push(...page.map(({ id }) => id));
  }
  assert.deepEqual(paged, all);
  assert.equal(all.length, 5);
  await assert.rejects(
    readDrift(store, { limit: 2, before: "item.z" }),
    (error) => error instanceof AppError && error.code === "unknown_change" && error.message.includes('"item.z"'),
  );
});

Deno.test("A change that many record at once, and again, is there once; another one of the column beside it", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const gone = { table: "customer", column: "url", change: "vanished" } as const;
  await Promise.all(Array.from({ length: 8 }, () => recordDrift(store, [{ ...gone, at: at(0) }])));
  await recordDrift(store, [{ ...gone, at: at(0) }, { ...gone, at: at(1) }]);
  assert.equal((await readDrift(store, { limit: 9 })).length, 2);
});

Deno.test("Values that do not fit are told once a column and day, without the values", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const flag = { table: "customer", column: "isinactive", right: "T or F", value: "a secret" };
  await Promise.all([1, 2, 3].map((ms) => recordUnfit(store, [flag, flag], at(ms))));
  await recordUnfit(store, [{ ...flag, column: "custentity_vip" }], at(4));
  await recordUnfit(store, [flag], at(86_400_000));
  const drift = await readDrift(store, { limit: 9 });
  assert.deepEqual(drift.map(({ column, change, before }) => [column, change, before]), [
    ["isinactive", "type_changed", "T or F"],
    ["custentity_vip", "type_changed", "T or F"],
    ["isinactive", "type_changed", "T or F"],
  ]);
  assert.match(drift[0]!.text, /not T or F\. Their rows wait in quarantine/);
  assert.match(drift[1]!.text, /kept as text/);
  assert.doesNotMatch(JSON.stringify(await store.collection("sync_drift").find().toArray()), /a secret/);
});

Deno.test("What processes find missing and back is recorded once for each time it went and came", async () => {
  await using store = await openTestStore(syncIndexes([]));
  let now = +at(0);
  const desks = [1, 2, 3].map(() => new Notices(store, { now: () => new Date(now++) }, [streamNamed("customers")]));
  const gap = { table: "customer", column: "url" };
  for (let n = 0; n < 2; n++) {
    await Promise.all(desks.map(async (notices) => await (await notices.gaps()).add(gap, "Unknown identifier 'url'")));
    await Promise.all(desks.map((notices) => notices.reconcile(["customer"], [])));
    now += 60_000;
  }
  const changes = (await readDrift(store, { limit: 9 })).map(({ change }) => change);
  assert.deepEqual(changes, ["appeared", "vanished", "appeared", "vanished"]);
});

Deno.test("Work that begins knows at once what another process has found to be there again", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const desk = () => new Notices(store, { now: () => at(0) }, [streamNamed("customers")]);
  const one = desk(), other = desk();
  await (await one.gaps()).add({ table: "customer", column: "url" }, "Unknown identifier 'url'");
  assert.equal((await other.gaps()).has("customer", "url"), true);
  await one.reconcile(["customer"], []);
  assert.equal((await other.gapsNow()).has("customer", "url"), false);
});

Deno.test("A process that died before it recorded what is back: settling makes up for it", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const notices = new Notices(store, { now: () => at(5) }, [streamNamed("customers")]);
  await (await notices.gaps()).add({ table: "customer", column: "url" }, "Unknown identifier 'url'");
  await store.collection("sync_notices").updateOne({ table: "customer" }, { $set: { backAt: at(6) } });
  await notices.settle(["customer"], at(7));
  assert.deepEqual((await readDrift(store, { limit: 9 })).map(({ change }) => change), ["appeared", "vanished"]);
  assert.equal(await store.collection("sync_notices").countDocuments(), 0);
});

Deno.test("readDrift says of a new field whether older records have it", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const field = { table: "item", column: "custitem_grade" };
  await recordDrift(store, [{ ...field, change: "appeared", after: "text", at: at(0) }]);
  const column: Partial<ColumnDocument> & { _id: string } = {
    ...{ _id: "item.custitem_grade", ...field, label: "Grade", state: "present", isFilled: false },
  };
  await store.collection<typeof column>("sync_columns").insertOne(column);
  assert.match((await readDrift(store, { limit: 1 }))[0]!.text, /^"Grade" .* with the next full run at the latest/);
});
