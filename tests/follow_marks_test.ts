/** Rows that belong to documents: what a document's own row or tombstone does not tell of is brought level all the same. */
import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { change } from "../standins/netsuite/life.ts";
import { nextSecond, startEngine, type TestEngine } from "./support/engine.ts";

const STREAMS = ["currencies", "transactions", "transaction_links", "tracking_numbers"];
const stampNow = () => new Date().toISOString().slice(0, 19).replace("T", " ");

/** A document with a tracking number. */
const tracked = ({ netsuite: { db } }: TestEngine) =>
  Number(db.prepare("SELECT MIN([transaction]) AS id FROM trackingnumbermap").get()!.id);

const rowsOf = ({ store }: TestEngine, transaction: number) =>
  store.collection<Document>("tracking_numbers").countDocuments({ transaction, deletedAt: { $exists: false } });

Deno.test("Rows of documents are level, whatever became of the document itself", async (t) => {
  await using engine = await startEngine({ share: 0.01 });
  const { netsuite: { db, account: { suiteql } }, store } = engine;
  change(db, { count: 40, seed: 1, now: new Date(), only: ["placeOrder", "approveOrder", "shipOrder"] });
  await nextSecond();
  assert.equal((await engine.run("full", STREAMS)).status, "complete");
  const touch = db.prepare(`UPDATE "transaction" SET lastmodifieddate = ? WHERE id = ?`);

  await t.step("its new version is refused: its rows are read all the same", async () => {
    const id = tracked(engine), before = await rowsOf(engine, id);
    const line = db.prepare(`SELECT uniquekey, quantity FROM transactionline WHERE [transaction] = ? LIMIT 1`).get(id)!;
    const setQuantity = db.prepare("UPDATE transactionline SET quantity = ? WHERE uniquekey = ?");
    setQuantity.run("some", line.uniquekey!);
    const setStatus = db.prepare(`UPDATE "transaction" SET status = ? WHERE id = ?`);
    setStatus.run("B", id); // not shipped after all, so that it has no number any more
    touch.run(stampNow(), id);
    await nextSecond();
    const run = await engine.run("incremental", STREAMS);
    assert.deepEqual([run.status, run.quarantined], ["complete", 1], run.error?.message);
    assert.deepEqual([before, await rowsOf(engine, id)], [1, 0]);
    setQuantity.run(line.quantity!, line.uniquekey!);
    setStatus.run("C", id);
    touch.run(stampNow(), id);
    await nextSecond();
    assert.equal((await engine.run("incremental", STREAMS)).status, "complete");
  });

  await t.step(
    "it was a tombstone, came back and went again between two runs, and its rows were read meanwhile",
    async () => {
      const id = tracked(engine);
      db.prepare("DELETE FROM nexttransactionlinelink WHERE previousdoc = ? OR nextdoc = ?").run(id, id);
      db.prepare("DELETE FROM transactionline WHERE [transaction] = ?").run(id);
      db.prepare(`DELETE FROM "transaction" WHERE id = ?`).run(id);
      const tell = () =>
        db.prepare(
          "INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -3, 'Item Fulfillment', 'x', ?)",
        )
          .run(id, stampNow());
      tell();
      await nextSecond();
      assert.equal((await engine.run("incremental", STREAMS)).status, "complete");
      assert.equal(await rowsOf(engine, id), 0);
      // what a reading leaves that met the rows while the document was there again
      await store.collection<Document>("tracking_numbers").updateMany({ transaction: id }, {
        $unset: { deletedAt: "", deleteReason: "" },
      });
      assert.ok(await rowsOf(engine, id) > 0);
      db.prepare("DELETE FROM deletedrecord WHERE recordid = ?").run(id);
      tell();
      await nextSecond();
      assert.equal((await engine.run("incremental", STREAMS)).status, "complete");
      assert.equal(await rowsOf(engine, id), 0);
    },
  );

  await t.step(
    "a proof reads it again as it was after the window, with a link that is newer than the window too",
    async () => {
      const link = db.prepare("SELECT * FROM nexttransactionlinelink ORDER BY previousdoc DESC LIMIT 1").get()!;
      const id = Number(link.previousdoc);
      await store.collection<Document & { _id: number }>("transactions").updateOne({ _id: id }, {
        $set: { memo: "by hand" },
      });
      const ask = suiteql.run.bind(suiteql);
      let isChanged = false;
      suiteql.run = (query, ...rest) => {
        if (!isChanged && /FROM transaction t\b.*t\.id IN \(/.test(query) && query.includes("tranid")) {
          isChanged = true;
          touch.run(stampNow(), id);
          const columns = Object.keys(link),
            row: Record<string, unknown> = { ...link, previousline: 99, lastmodifieddate: stampNow() };
          db.prepare(
            `INSERT INTO nexttransactionlinelink (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
          ).run(...columns.map((column) => row[column] as string));
        }
        return ask(query, ...rest);
      };
      const run = await engine.run("proof", STREAMS);
      suiteql.run = ask;
      assert.equal(run.status, "complete", run.error?.message);
      assert.ok(isChanged, "the document was not read again");
      await nextSecond();
      assert.equal((await engine.run("incremental", STREAMS)).status, "complete");
      assert.equal(
        await store.collection("transaction_links").countDocuments({
          previousDoc: id,
          previousLine: 99,
          deletedAt: { $exists: false },
        }),
        1,
      );
    },
  );
});
