import assert from "node:assert/strict";
import { allOf } from "../lib/sync/columns.ts";
import { nextSecond, startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

type Custom = { _id: number; custom: Record<string, unknown>; source: { runId: number } };
const of = (engine: TestEngine, stream: string) => engine.store.collection<Custom>(stream);

Deno.test("Custom fields are found, typed, and filled in while it runs", async (t) => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_COLUMNS_MINUTES: "0" } });
  const { netsuite, store } = engine;
  const incremental = async () => {
    await nextSecond();
    const run = await engine.run("incremental");
    assert.deepEqual([run.status, run.error], ["complete", null]);
    return run;
  };
  assert.equal((await engine.run("full")).status, "complete");

  await t.step("each in its place, with its type; a field that a table does not have is no notice", async () => {
    await assertLevel(store, engine.read);
    const known = await allOf(store);
    const types = [
      ["transaction.custbody_gift_wrap", "flag"],
      ["transaction.custbody_needed_by", "day"],
      ["transaction.custbody_priority", "list"],
      ["transactionline.custcol_margin_rate", "decimal"],
      ["customer.custentity_reviewed_at", "instant"],
      ["item.custitem_color", "text"],
    ];
    for (const [name, type] of types) {
      assert.deepEqual([known.get(name!)?.state, known.get(name!)?.type], ["present", type], name);
    }
    assert.equal(known.get("vendor.custentity_segment")?.state, "absent");
    assert.deepEqual(await engine.sync.notices(), []);
    const wrapped = await of(engine, "transactions").findOne({ "custom.custbody_gift_wrap": true });
    assert.equal(wrapped?.custom.custbody_gift_wrap, true);
  });

  const ids = netsuite.db.prepare(`SELECT id FROM "transaction" ORDER BY id LIMIT 3`).all().map(({ id }) => Number(id));
  await t.step(
    "a new one with values: its records alone are written, though their change times stood still",
    async () => {
      netsuite.account.addCustomField({
        table: "transaction",
        scriptid: "custbody_a_name_that_is_longer_than_thirty_characters",
        name: "Projects",
        type: "s",
        fieldvaluetype: "Multiple Select",
      });
      netsuite.db.prepare(
        `UPDATE "transaction" SET custbody_a_name_that_is_longer_than_thirty_characters = '3, 12' WHERE id <= ?`,
      ).run(ids[2]!);
      const run = await incremental();
      assert.equal(run.written, 3);
      for (const id of ids) {
        const document = await of(engine, "transactions").findOne({ _id: id });
        assert.deepEqual(document?.custom.custbody_a_name_that_is_longer_than_thirty_characters, [3, 12]);
      }
      assert.ok((await incremental()).rowsRead < ids.length + 50, "read whole once, not with each run");
    },
  );

  await t.step("a new one without values: no record is read again", async () => {
    netsuite.account.addCustomField({
      table: "customer",
      scriptid: "custentity_note",
      name: "Note",
      type: "s",
      fieldvaluetype: "A type that nobody knows",
    });
    const run = await incremental();
    assert.equal(run.written, 0);
    assert.ok(run.rowsRead < 50, `${run.rowsRead} rows read`);
    assert.equal((await allOf(store)).get("customer.custentity_note")?.type, "text");
  });

  await t.step("a value that does not fit keeps its row: as text, and said", async () => {
    netsuite.db.prepare(
      `UPDATE "transaction" SET custbody_gift_wrap = 'perhaps', lastmodifieddate = ? WHERE id = ?`,
    ).run(new Date().toISOString().slice(0, 19).replace("T", " "), ids[0]!);
    await incremental();
    const document = await of(engine, "transactions").findOne({ _id: ids[0]! });
    assert.equal(document?.custom.custbody_gift_wrap, "perhaps");
    assert.equal(await store.collection("quarantine").countDocuments(), 0);
    const { misfit } = (await allOf(store)).get("transaction.custbody_gift_wrap")!;
    assert.deepEqual([misfit?.value, misfit?.right], ["perhaps", "T or F"]);
  });

  await t.step("one that is gone is left out, and said", async () => {
    netsuite.db.exec(`DELETE FROM "customfield" WHERE scriptid = 'custentity_segment'`);
    netsuite.faults.set({ missing: ["customer.custentity_segment"] });
    await incremental();
    const gone = (await allOf(store)).get("customer.custentity_segment")!;
    assert.equal(gone.state, "vanished");
    assert.deepEqual(gone.changes.map(({ kind }) => kind), ["vanished"]);
    assert.deepEqual(await engine.sync.notices(), []);
  });
});
