/** Streams without change times are read when their fingerprint moves: what was read meanwhile must not be taken for what it stands for. */
import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { nextSecond, startEngine } from "./support/engine.ts";
import { proveAgain } from "./support/prove_again.ts";

Deno.test("A value that moves while its stream is read, and is what it was by the next run, is read again", async (t) => {
  await using engine = await startEngine({ share: 0.01 });
  const { netsuite: { db, account: { suiteql } }, store } = engine;
  const { id } = await engine.run("full", ["inventory"]);
  const table = "inventoryitemlocations";
  const { item, location, quantityonhand: was } = db.prepare(
    `SELECT item, location, quantityonhand FROM ${table} ORDER BY item, location LIMIT 1`,
  ).get() as Record<string, number>;
  const set = (quantity: number) =>
    db.prepare(`UPDATE ${table} SET quantityonhand = ? WHERE item = ? AND location = ?`).run(
      quantity,
      item!,
      location!,
    );
  const onHand = async () =>
    (await store.collection<Document & { _id: string }>("inventory").findOne({ _id: `${item}-${location}` }))!.onHand;
  const incremental = async () => {
    await nextSecond();
    return (await engine.run("incremental", ["inventory"])).status;
  };
  assert.equal(await onHand(), was);

  await t.step("during the reading of a full run", async () => {
    set(was! + 1);
    const ask = suiteql.run.bind(suiteql);
    let isMoved = false;
    suiteql.run = (query, ...rest) => {
      const isReading = query.includes("FROM aggregateitemlocation") && !query.includes("tm_print");
      if (isReading && !isMoved) {
        set(was! + 2);
        isMoved = true;
      }
      return ask(query, ...rest);
    };
    assert.equal((await engine.run("full", ["inventory"])).status, "complete");
    suiteql.run = ask;
    assert.deepEqual([isMoved, await onHand()], [true, was! + 2]);
    set(was! + 1);
    assert.equal(await incremental(), "complete");
    assert.equal(await onHand(), was! + 1);
  });

  await t.step("during the proof of a run", async () => {
    set(was!);
    assert.equal(await incremental(), "complete");
    set(was! + 1);
    await proveAgain(engine, id, "inventory");
    assert.equal(await onHand(), was! + 1, "a proof reads again what differs");
    set(was!);
    assert.equal(await incremental(), "complete");
    assert.equal(await onHand(), was);
  });

  await t.step("and what stands still is not read again for that", async () => {
    await incremental();
    await nextSecond();
    const run = await engine.run("incremental", ["inventory"]);
    assert.equal(run.rowsRead, 0);
  });
});
