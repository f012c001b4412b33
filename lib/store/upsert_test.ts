import assert from "node:assert/strict";
import fc from "fast-check";
import { openTestStore } from "./testing.ts";
import { applyVersions, type Incoming, type MirrorDocument, readStored, tombstone } from "./upsert.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24) + seconds * 1000);
const version = (key: number, modified: number | null, synced: number, value = `m${modified}s${synced}`): Incoming => ({
  key,
  content: { value },
  origin: { modifiedAt: modified === null ? null : at(modified), hash: value, runId: 1, syncedAt: at(synced) },
});

Deno.test("applyVersions writes what differs, counts what does not, and leaves newer documents alone", async () => {
  await using store = await openTestStore();
  const apply = async (...versions: Incoming[]) =>
    applyVersions(store, "items", versions, await readStored(store, "items", versions.map(({ key }) => key)));
  assert.deepEqual(await apply(version(1, 10, 20), version(2, 10, 20)), { written: 2, unchanged: 0, stale: 0 });
  assert.deepEqual(await apply(version(1, 10, 30, "m10s20"), version(2, 11, 30)), {
    written: 1,
    unchanged: 1,
    stale: 0,
  });
  assert.deepEqual(await apply(version(2, 9, 40)), { written: 0, unchanged: 0, stale: 1 });
  assert.equal((await store.collection("items").findOne({ _id: 2 as never }))!.value, "m11s30");
});

Deno.test("applyVersions writes a row whose stamp alone has moved", async () => {
  await using store = await openTestStore();
  const items = store.collection<MirrorDocument>("items");
  await applyVersions(store, "items", [version(1, 10, 20, "same")], new Map());
  const stored = await readStored(store, "items", [1]);
  assert.deepEqual(await applyVersions(store, "items", [version(1, 12, 30, "same")], stored), {
    written: 1,
    unchanged: 0,
    stale: 0,
  });
  assert.deepEqual((await items.findOne({ _id: 1 }))!.source.modifiedAt, at(12));
});

Deno.test("Writers that race with readings of any age leave the newest version, whatever their order", async () => {
  await using store = await openTestStore();
  const items = store.collection<MirrorDocument>("items");
  let key = 0;
  // every writer has read the mirror when it was still empty: the worst knowledge there can be
  const stamps = fc.record({
    modified: fc.option(fc.integer({ min: 0, max: 3 })),
    synced: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(stamps, { minLength: 1, maxLength: 6 }), fc.boolean(), async (versions, hasStamp) => {
      const id = ++key;
      const given = versions.map(({ modified, synced }) => version(id, hasStamp ? modified ?? 0 : null, synced));
      let written = 0, stale = 0;
      for (const one of given) {
        const applied = await applyVersions(store, "items", [one], new Map());
        written += applied.written;
        stale += applied.stale;
      }
      assert.equal(written + stale, given.length);
      const order = (one: Incoming) =>
        (hasStamp ? Number(one.origin.modifiedAt) * 100 : 0) + Number(one.origin.syncedAt) % 1e8;
      const newest = Math.max(...given.map(order));
      const kept = (await items.findOne({ _id: id }))!;
      assert.equal(order({ key: id, content: {}, origin: kept.source }), newest);
    }),
    { numRuns: 150 },
  );
});

Deno.test("tombstone spares a document that was read after the question, and is undone by a later version", async () => {
  await using store = await openTestStore();
  const items = store.collection<MirrorDocument>("items");
  await applyVersions(store, "items", [version(1, 10, 20), version(2, 10, 40)], new Map());
  const mark = { at: at(30), reason: "Deleted in NetSuite", runId: 2 };
  assert.equal(await tombstone(store, "items", [1, 2, 3], mark), 1);
  assert.equal((await items.findOne({ _id: 1 }))!.deleteReason, "Deleted in NetSuite");
  assert.equal((await items.findOne({ _id: 2 }))!.deletedAt, undefined);
  assert.equal(await tombstone(store, "items", [1], mark), 0, "marking twice changes nothing");

  const stale = version(1, 10, 25); // a page that was asked for before the delete was verified
  assert.equal(
    (await applyVersions(store, "items", [stale], await readStored(store, "items", [1]))).stale,
    1,
  );
  assert.ok((await items.findOne({ _id: 1 }))!.deletedAt, "a stale reading must not bring it back");
  const back = version(1, 10, 50, "m10s20"); // the very same content, read later: it exists again
  assert.equal(
    (await applyVersions(store, "items", [back], await readStored(store, "items", [1]))).written,
    1,
  );
  const revived = (await items.findOne({ _id: 1 }))!;
  assert.deepEqual([revived.deletedAt, revived.deleteReason], [undefined, undefined]);
});

Deno.test("A page that was held up brings no record back that was found gone since, and a page asked for later does", async () => {
  await using store = await openTestStore();
  const items = store.collection<MirrorDocument>("items");
  await applyVersions(store, "items", [version(1, 10, 20)], new Map());
  await tombstone(store, "items", [1], { at: at(30), reason: "Deleted in NetSuite", runId: 2 });
  const gone = await readStored(store, "items", [1]);
  for (const known of [gone, new Map()]) { // what the late writer knows of the mirror, or nothing
    const late = await applyVersions(store, "items", [version(1, 15, 25)], known); // newer than what the mirror held
    assert.deepEqual([late.written, late.stale], [0, 1]);
    assert.ok((await items.findOne({ _id: 1 }))!.deletedAt);
  }
  // it exists again, with an older stamp even: who has asked later knows
  const back = await applyVersions(store, "items", [version(1, 9, 40)], gone);
  assert.deepEqual([back.written, back.stale], [1, 0]);
  assert.equal((await items.findOne({ _id: 1 }))!.deletedAt, undefined);
});
