import assert from "node:assert/strict";
import fc from "fast-check";
import { systemClock } from "../clock.ts";
import { LIVE } from "../store/live.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import type { MirrorDocument } from "../store/upsert.ts";
import { integer, text } from "../streams/column.ts";
import { type Stream, stream } from "../streams/define.ts";
import { keyAlias, MODIFIED, type RawRow } from "../streams/shape.ts";
import { applyPage } from "./apply.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf } from "./ledger.ts";
import { countQuarantine, editsOf, kindOf, leftOutKeys, quarantineOf } from "./quarantine.ts";
import { quarantineDesk } from "./quarantine_desk.ts";
import { testSeed } from "../../tests/support/seed.ts";

const parts: Stream = stream({
  name: "parts",
  table: "part",
  columns: { label: text("label"), quantity: integer("quantity") },
});
/** The same stream after its rule was mended: a quantity may be any text. */
const lenient: Stream = { ...parts, columns: { label: text("label"), quantity: text("quantity") } };

const desk = (store: TestStore, declared = parts) =>
  quarantineDesk({ store, ledger: ledgerOf(store), streams: [declared], clock: systemClock });
const openStore = () => openTestStore(syncIndexes([parts]));

let clock = Date.UTC(2026, 0, 1);
const tick = () => new Date(clock += 1000);
const row = (id: number, quantity: string, modified: Date, label = `part ${id}`): RawRow => ({
  [keyAlias(0)]: String(id),
  [MODIFIED]: modified.toISOString(),
  label,
  quantity,
});
const read = (store: TestStore, rows: RawRow[], runId = 1) =>
  applyPage(store, parts, { rows: rows.map((raw) => ({ raw, children: [] })), next: null, askedAt: tick() }, runId);
const mirrored = async (store: TestStore) =>
  Object.fromEntries(
    (await store.collection<MirrorDocument>("parts").find(LIVE).toArray()).map((one) => [one._id, one.quantity]),
  );

Deno.test("list gives pages by id, counts by reason and stream, and finds by text", async () => {
  await using store = await openStore();
  await read(store, [row(1, "many", tick()), row(2, "few", tick()), row(3, "3", tick()), row(4, "x", tick())]);
  const { list } = desk(store);
  const first = await list({ limit: 2 });
  assert.deepEqual([first.rows.map(({ id }) => id), first.total, first.next], [["parts/1", "parts/2"], 3, "parts/2"]);
  const kind = 'quantity "…" must be a whole number below 2^53';
  assert.deepEqual([first.byReason, first.byStream], [[{ reason: kind, rows: 3 }], [{ stream: "parts", rows: 3 }]]);
  const second = await list({ limit: 2, after: first.next! });
  assert.deepEqual([second.rows.map(({ id }) => id), second.next], [["parts/4"], null]);
  assert.deepEqual((await list({ limit: 9, text: '"FEW' })).rows.map(({ key }) => key), [2]);
  assert.equal((await list({ limit: 9, text: "par.s" })).total, 0);
  assert.equal((await list({ limit: 9, reason: kind, stream: "parts" })).total, 3);
  await assert.rejects(list({ limit: 9, stream: "prts" }), /There is no stream "prts"/);
});

Deno.test("kindOf leaves out a row's own values and the numbers of its lines", () => {
  assert.equal(
    kindOf('transactionline 123: rate "1,5" must be a decimal number'),
    'transactionline: rate "…" must be a decimal number',
  );
  assert.equal(kindOf("currency is missing, and identifies the row"), "currency is missing, and identifies the row");
});

Deno.test("An edited row reaches the mirror by a replay, stands when it is read again, and gives way to a newer one", async () => {
  await using store = await openStore();
  const { one, edit, replay, applied } = desk(store);
  const bad = row(1, "many", tick());
  await read(store, [bad]);
  const view = await edit("parts/1", { raw: { quantity: "12" } }, "Ada");
  assert.deepEqual([view.isEdited, view.editedBy, view.reasons, view.raw.quantity], [true, "Ada", [], "12"]);
  assert.equal(view.original!.raw.quantity, "many");
  assert.deepEqual(await mirrored(store), {}, "an edit alone changes nothing");
  assert.deepEqual(await replay({ ids: ["parts/1", "parts/99"] }, "Ada"), { replayed: 1, refused: 0, outdated: 0 });
  assert.deepEqual([await mirrored(store), await one("parts/1")], [{ 1: 12 }, null]);
  assert.deepEqual((await applied(10)).map(({ id, by }) => [id, by]), [["parts/1", "Ada"]]);
  assert.deepEqual(await leftOutKeys(store, "parts"), [1], "a proof does not call the edit a difference");

  const again = await read(store, [Object.fromEntries(Object.entries(bad).reverse())]);
  assert.deepEqual([again.counts.quarantined, again.counts.unchanged, await mirrored(store)], [0, 1, { 1: 12 }]);
  const changed = row(1, "lots", tick());
  const dry = { rows: [{ raw: changed, children: [] }], next: null, askedAt: tick() };
  await applyPage(store, parts, dry, 2, undefined, { isDry: true });
  assert.equal((await applied(10)).length, 1, "a dry run leaves edits alone");
  const worse = await read(store, [row(1, "lots", tick())]);
  assert.equal(worse.counts.quarantined, 1, "another row is not the one that was mended");
  assert.equal((await one("parts/1"))!.isMirrored, true);
  await read(store, [row(1, "7", tick())]);
  assert.deepEqual([await mirrored(store), await one("parts/1"), await applied(10)], [{ 1: 7 }, null, []]);
  assert.deepEqual(await leftOutKeys(store, "parts"), []);
});

Deno.test("undoEdit takes an edit back before a replay, and brings the row back after one", async () => {
  await using store = await openStore();
  const { edit, undoEdit, replay } = desk(store);
  await read(store, [row(1, "many", tick())]);
  await edit("parts/1", { raw: { quantity: "12" } }, "Ada");
  assert.deepEqual((await undoEdit("parts/1")).isEdited, false);
  await edit("parts/1", { raw: { quantity: "13" } }, "Ada");
  await replay({ all: true }, "Ada");
  const back = await undoEdit("parts/1");
  assert.deepEqual([back.raw.quantity, back.isMirrored, back.isEdited, back.reasons.length], ["many", true, false, 1]);
  assert.deepEqual(await countQuarantine(store, "parts"), { rows: 1, unmirrored: 0 });
  await edit("parts/1", { raw: { quantity: "14" } }, "Bo");
  assert.equal((await replay({ all: true }, "Bo")).replayed, 1);
  assert.deepEqual(await mirrored(store), { 1: 14 });
  await assert.rejects(undoEdit("parts/2"), { code: "not_edited" });
});

Deno.test("edit refuses columns, lines and times that cannot be, by name", async () => {
  await using store = await openStore();
  const { edit } = desk(store);
  await read(store, [row(1, "many", tick())]);
  await assert.rejects(
    edit("parts/1", { raw: { qty: "1" } }, "Ada"),
    /no column "qty" to edit; there are label, quantity/,
  );
  await assert.rejects(edit("parts/1", { raw: { [keyAlias(0)]: "2" } }, "Ada"), { code: "bad_edit" });
  await assert.rejects(edit("parts/1", { children: { 5: {} } }, "Ada"), /has no line "5"; it has none/);
  await assert.rejects(
    edit("parts/1", { raw: { quantity: "1", [MODIFIED]: "2099-01-01T00:00:00Z" } }, "Ada"),
    /"2099-01-01T00:00:00Z" must not be after/,
  );
  await assert.rejects(edit("parts/2", {}, "Ada"), { code: "not_in_quarantine" });
  const still = await edit("parts/1", { raw: { quantity: "some", label: null } }, "Ada");
  assert.deepEqual([still.raw.label, still.reasons], [undefined, [
    'quantity "some" must be a whole number below 2^53',
  ]]);
});

Deno.test("A row without a readable key gets one by an edit", async () => {
  await using store = await openStore();
  const { list, edit, replay } = desk(store);
  const bad = { ...row(1, "4", tick()), [keyAlias(0)]: "one" };
  await read(store, [bad]);
  const { rows: [found] } = await list({ limit: 9 });
  assert.deepEqual([found!.key, found!.columns.raw.includes(keyAlias(0))], [null, true]);
  await edit(found!.id, { raw: { [keyAlias(0)]: "1" } }, "Ada");
  assert.equal((await replay({ stream: "parts" }, "Ada")).replayed, 1);
  assert.deepEqual([await mirrored(store), await quarantineOf(store).countDocuments()], [{ 1: 4 }, 0]);
  assert.equal((await read(store, [bad])).counts.quarantined, 0);
});

Deno.test("A rule mended in code replays thousands a batch at a time; two who press at once do no harm", async () => {
  await using store = await openStore();
  const stamp = tick();
  await read(store, Array.from({ length: 2000 }, (_, n) => row(n + 1, "many", stamp)));
  assert.deepEqual(await desk(store).replay({ all: true }, "Ada"), { replayed: 0, refused: 2000, outdated: 0 });
  const seen: number[] = [];
  const mended = desk(store, lenient);
  const [one, two] = await Promise.all([
    mended.replay({ all: true }, "Ada", ({ replayed, total }) => seen.push(replayed / total)),
    mended.replay({ stream: "parts" }, "Bo"),
  ]);
  assert.ok(one.replayed + two.replayed >= 2000 && one.refused + two.refused === 0, JSON.stringify([one, two]));
  assert.ok(seen.length >= 10 && seen.every((share, n) => n === 0 || share >= seen[n - 1]!), `${seen}`);
  assert.equal(await store.collection("parts").countDocuments(LIVE), 2000);
  assert.equal(await quarantineOf(store).countDocuments(), 0);
  const kept = await store.collection("sync_replays").find().toArray();
  assert.deepEqual(kept.map(({ by, refused }) => `${by} ${refused}`).sort(), ["Ada 0", "Ada 2000", "Bo 0"]);
});

Deno.test("A replay overwrites nothing newer, and keeps what was read anew meanwhile", async () => {
  await using store = await openStore();
  await read(store, [row(1, "many", tick()), row(2, "many", tick())]);
  const old = await quarantineOf(store).find().toArray();
  await read(store, [row(1, "5", tick())]);
  await quarantineOf(store).insertOne(old[0]!); // as if the replay had looked before that page was written
  assert.deepEqual(await desk(store, lenient).replay({ ids: ["parts/1"] }, "Ada"), {
    replayed: 0,
    refused: 0,
    outdated: 1,
  });
  assert.deepEqual([await mirrored(store), await desk(store).one("parts/1")], [{ 1: 5 }, null]);

  const page = row(2, "more", tick());
  // a page with a newer row arrives between the replay's look and its letting go
  const racing = store.collection;
  const slow: TestStore = {
    ...store,
    collection: ((name: string) => {
      const made = racing(name);
      if (name !== "parts") return made;
      return new Proxy(made, {
        get(target, property) {
          const value = Reflect.get(target, property);
          if (property !== "bulkWrite") return typeof value === "function" ? value.bind(target) : value;
          return async (...given: unknown[]) => {
            const done = await value.apply(target, given);
            await read(store, [page], 2);
            return done;
          };
        },
      });
    }) as TestStore["collection"],
  };
  await desk(slow, lenient).replay({ ids: ["parts/2"] }, "Ada");
  const left = await desk(store).one("parts/2");
  assert.deepEqual([left?.raw.quantity, left?.isMirrored], ["more", true], "the newer row waits to be mended");
});

Deno.test("Rows broken and mended at random always add up: source = mirror + what quarantine alone has", async () => {
  const seed = testSeed(4);
  const id = fc.integer({ min: 1, max: 6 });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        what: fc.constant("change" as const),
        id,
        quantity: fc.constantFrom("1", "2", "many", "few"),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant("read" as const), ids: fc.array(id, { minLength: 1, maxLength: 4 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant("edit" as const), id, quantity: fc.constantFrom("11", "12", "no") }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant("replay" as const), ids: fc.option(fc.array(id, { maxLength: 3 })) }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("undo" as const), id }) },
  );
  await using store = await openStore();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await Promise.all(
        [store.collection("parts"), quarantineOf(store), editsOf(store)].map((all) => all.deleteMany({})),
      );
      const source = new Map<number, RawRow>(), everRead = new Set<number>();
      const { edit, replay, undoEdit, one } = desk(store);
      for (const now of steps) {
        if (now.what === "change") source.set(now.id, row(now.id, now.quantity, tick()));
        else if (now.what === "read") {
          const rows = [...new Set(now.ids)].filter((key) => source.has(key));
          rows.forEach((key) => everRead.add(key));
          await read(store, rows.map((key) => source.get(key)!));
        } else if (now.what === "replay") {
          await replay(now.ids ? { ids: now.ids.map((key) => `parts/${key}`) } : { all: true }, "Ada");
        } else {
          const done = now.what === "undo"
            ? undoEdit(`parts/${now.id}`)
            : edit(`parts/${now.id}`, { raw: { quantity: now.quantity } }, "Ada");
          await done.catch((error) => assert.ok(["not_in_quarantine", "not_edited"].includes(error.code), error));
        }
        const { unmirrored } = await countQuarantine(store, "parts");
        assert.equal(Object.keys(await mirrored(store)).length + unmirrored, everRead.size, JSON.stringify(now));
      }
      await read(store, [...source.values()]);
      const mirror = await mirrored(store);
      for (const [key, { quantity }] of source) {
        const left = await one(`parts/${key}`);
        if (/^\d+$/.test(quantity!)) assert.deepEqual([mirror[key], left], [Number(quantity), null], `part ${key}`);
        else {assert.ok(
            left !== null || [11, 12].includes(mirror[key]),
            `part ${key} is ${mirror[key]}, and nowhere to mend`,
          );}
      }
    }),
    { seed, numRuns: 120 },
  );
});

Deno.test("A record that is larger than a document may be is refused by itself, and the others of its page are written", async () => {
  await using store = await openStore();
  const huge = "é".repeat(9_000_000); // 18 MB: MongoDB takes 16 of one document
  await read(store, [row(1, "1", tick()), row(2, "2", tick(), huge), row(3, "3", tick())]);
  assert.deepEqual(await mirrored(store), { 1: 1, 3: 3 });
  const [refused] = (await desk(store).list({ limit: 10 })).rows;
  assert.match(refused!.reasons[0]!, /^the record has 18 MB, and must have less than 16/);
  assert.match(refused!.raw.label!, /^é{1000}… \(9000000 characters\)$/, "its row is kept, cut to what fits");
  await assert.rejects(desk(store).edit("parts/2", { raw: { label: "cut" } }, "Ada"), /larger than a document may be/);
  assert.equal(
    (await desk(store).replay({ all: true }, "Ada")).replayed,
    0,
    "what was cut is never taken for the record",
  );
  await read(store, [row(2, "2", tick(), "small again")]);
  assert.deepEqual(await mirrored(store), { 1: 1, 2: 2, 3: 3 });
  assert.equal(await quarantineOf(store).countDocuments(), 0);
});
