import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { nextSecond, runEnded, startEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

Deno.test("A line that cannot be read: mended here it counts at once and stays, full runs and proofs included; then NetSuite's own wins", async () => {
  await using engine = await startEngine({ share: 0.02, seed: 9 });
  const { netsuite: { db }, store, sync } = engine;
  const [line] = db.prepare(
    `SELECT l.id, l.uniquekey, l."transaction" AS document, l.rate, l.foreignamount, t.trandate FROM transactionline l
     JOIN "transaction" t ON t.id = l."transaction"
     WHERE t.type = 'SalesOrd' AND l.mainline = 'F' AND l.foreignamount < 0 ORDER BY t.id LIMIT 1`,
  ).all() as Record<string, number | string>[];
  const { uniquekey, document } = line!, id = `transactions/${document}`;
  const key = Number(document);
  const set = (amount: number | string) =>
    db.prepare("UPDATE transactionline SET foreignamount = ? WHERE uniquekey = ?").run(amount, uniquekey!);
  set("lots");

  const first = await engine.run("full");
  assert.deepEqual([first.status, first.quarantined], ["complete", 1], first.error?.message);
  const [row] = (await sync.quarantine.list({ limit: 10 })).rows;
  assert.deepEqual([row!.id, row!.isMirrored, row!.reasons.length], [id, false, 1]);
  assert.match(row!.reasons[0]!, /^transactionline \d+: \w+ "lots" must be a decimal number/);
  const column = /: (\w+) "lots"/.exec(row!.reasons[0]!)![1]!;
  const child = row!.children.find((one) => one[column] === "lots")!;
  const documents = store.collection<Document & { _id: number }>("transactions");
  assert.equal(await documents.findOne({ _id: key }), null);
  const day = async (date: string) =>
    await store.collection<Document & { _id: string }>("mart_sales_days").findOne({ _id: date });

  const edited = await sync.quarantine.edit(id, {
    children: { [child.tm_key0!]: { [column]: String(line!.foreignamount) } },
  }, "Ada");
  assert.deepEqual([edited.reasons, edited.isEdited], [[], true]);
  const before = await day(row!.raw.trandate!);
  assert.deepEqual(await sync.quarantine.replay({ ids: [id] }, "Ada"), { replayed: 1, refused: 0, outdated: 0 });
  const mirrored = await documents.findOne({ _id: key });
  assert.ok(mirrored, "the document is in the mirror");
  const after = await day(mirrored.date);
  assert.equal(after!.orders, (before?.orders ?? 0) + 1, "its day is counted again");
  assert.equal(await store.collection("mart_dirty").countDocuments(), 0);

  // NetSuite still has the bad row: whoever reads it again gets what was mended
  for (const kind of ["full", "proof"] as const) {
    const { id } = await sync.requestRun({ kind, streams: ["transactions"], requestedBy: "test" });
    const run = await runEnded(sync, id);
    assert.deepEqual([run.status, run.quarantined], ["complete", 0], run.error?.message);
    assert.deepEqual((await documents.findOne({ _id: key }))!.lines, mirrored.lines);
  }
  const status = await sync.status();
  assert.equal(status.streams.find(({ name }) => name === "transactions")!.quarantined, 0);

  set(Number(line!.foreignamount));
  db.prepare(
    `UPDATE "transaction" SET lastmodifieddate = (SELECT MAX(lastmodifieddate) FROM "transaction") WHERE id = ?`,
  ).run(key);
  const last = await engine.run("full", ["transactions"]);
  assert.equal(last.status, "complete", last.error?.message);
  assert.deepEqual(await sync.quarantine.applied(10), [], "the edit has done its work");
  await assertLevel(store, engine.read);
});

Deno.test("A refused row whose record is deleted in NetSuite leaves quarantine, whoever finds it gone", async () => {
  await using engine = await startEngine({ share: 0.02, seed: 9 });
  const { netsuite: { db }, store } = engine;
  const [a, b, c] = db.prepare("SELECT id FROM vendor ORDER BY id LIMIT 3").all().map(({ id }) => Number(id));
  for (const id of [a!, b!, c!]) db.prepare("UPDATE vendor SET isinactive = 'perhaps' WHERE id = ?").run(id);
  const first = await engine.run("full", ["vendors"]);
  assert.deepEqual([first.status, first.quarantined], ["complete", 3], first.error?.message);
  const waiting = async () =>
    (await store.collection("quarantine").find({ stream: "vendors" }).toArray()).map(({ key }) => key as number);

  await nextSecond();
  const stamp = new Date().toISOString().slice(0, 19).replace("T", " ");
  db.prepare("DELETE FROM vendor WHERE id = ?").run(a!);
  db.prepare(
    "INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -3, 'Vendor', 'x', ?)",
  )
    .run(a!, stamp);
  await nextSecond();
  await engine.run("incremental", ["vendors"]);
  assert.deepEqual(await waiting(), [b, c], "deletedrecord has told of it");

  db.prepare("DELETE FROM vendor WHERE id = ?").run(b!);
  const full = await engine.run("full", ["vendors"]);
  assert.deepEqual([full.status, full.quarantined], ["complete", 1]);
  assert.deepEqual(await waiting(), [c], "a full run has missed it");

  db.prepare("DELETE FROM vendor WHERE id = ?").run(c!);
  assert.equal((await engine.run("proof", ["vendors"])).status, "complete");
  assert.deepEqual(await waiting(), [], "a proof has missed it");
});
