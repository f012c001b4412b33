import { strict as assert } from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { brokenPromises } from "./company/invariants.ts";
import { loadCompany } from "./company/mod.ts";
import { change, type ChangeSummary } from "./life.ts";
import { TABLES } from "./schema.ts";

const NOW = new Date("2026-11-24T06:00:00Z");

function company(share = 0.03): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  loadCompany(db, { share, seed: 1, now: NOW });
  return db;
}

type Snapshot = Map<string, Map<string, Record<string, unknown>>>;

/** Every row of every table by its key. */
function snapshot(db: DatabaseSync): Snapshot {
  return new Map(
    Object.entries(TABLES).filter(([, table]) => !table.view).map(([name, table]) => [
      name,
      new Map(
        db.prepare(`SELECT * FROM "${name}"`).all().map((row) => [
          table.key.map((column) => row[column]).join("-"),
          row,
        ]),
      ),
    ]),
  );
}

/** Keys of rows that are new or differ, and of rows that are gone, by table. */
function compare(before: Snapshot, after: Snapshot, table: string): { changed: string[]; gone: string[] } {
  const [old, current] = [before.get(table)!, after.get(table)!];
  return {
    changed: [...current].filter(([key, row]) => JSON.stringify(row) !== JSON.stringify(old.get(key))).map(([key]) =>
      key
    ),
    gone: [...old.keys()].filter((key) => !current.has(key)),
  };
}

const hours = (count: number) => new Date(+NOW + count * 3_600_000);

Deno.test("change keeps every promise of the company, over many rounds and seeds", () => {
  const kinds = new Set<string>();
  for (const seed of [1, 2, 3]) {
    const db = company();
    for (let round = 0; round < 12; round++) {
      const now = hours(round * 5);
      const summary = change(db, { count: 60, seed: seed * 100 + round, now });
      assert.equal(summary.count, 60);
      for (const kind of Object.keys(summary.kinds)) kinds.add(kind);
      if (round % 4 === 3) assert.deepEqual(brokenPromises(db, now), [], `seed ${seed}, round ${round}`);
    }
    db.close();
  }
  assert.equal(kinds.size, 32, [...kinds].sort().join(" "));
});

Deno.test("change leaves a trace of everything it does: a stamp on what changed, a deletedrecord row for what is gone", () => {
  const db = company(0.01);
  for (let round = 0; round < 8; round++) {
    const before = snapshot(db);
    const now = hours(1 + round);
    const summary = change(db, { count: 40, seed: 500 + round, now, clockStepSeconds: 0.25 });
    const after = snapshot(db);
    const isRecent = (stamp: unknown) => String(stamp) >= summary.from && String(stamp) <= summary.to;
    for (const table of ["transaction", "customer", "vendor", "employee", "item", "contact"] as const) {
      const { changed, gone } = compare(before, after, table);
      const touched = (summary.touched[table] ?? []).map(String);
      assert.deepEqual(
        changed.filter((key) => !touched.includes(key)),
        [],
        `${table} changed in silence, round ${round}`,
      );
      for (const key of touched) {
        assert.ok(
          isRecent(after.get(table)!.get(key)!.lastmodifieddate),
          `${table} ${key} has no new stamp, round ${round}`,
        );
      }
      for (const key of gone) {
        const recorded = [...after.get("deletedrecord")!.values()].filter((row) => String(row.recordid) === key);
        assert.ok(recorded.some((row) => isRecent(row.deleteddate)), `${table} ${key} vanished without a record`);
        assert.ok(summary.deleted.some((each) => String(each.id) === key));
      }
    }
    const lines = compare(before, after, "transactionline");
    const lineOf = (key: string) => after.get("transactionline")!.get(key) ?? before.get("transactionline")!.get(key)!;
    for (const key of [...lines.changed, ...lines.gone]) {
      const id = String(lineOf(key).transaction);
      const header = after.get("transaction")!.get(id);
      assert.ok(
        header ? isRecent(header.lastmodifieddate) : before.get("transaction")!.has(id),
        `line ${key} of ${id}`,
      );
    }
    for (const key of lines.changed) {
      assert.ok(isRecent(lineOf(key).linelastmodifieddate), `line ${key} changed without a stamp, round ${round}`);
    }
    const links = compare(before, after, "nexttransactionlinelink");
    for (const key of links.changed) {
      assert.ok(isRecent(after.get("nexttransactionlinelink")!.get(key)!.lastmodifieddate));
    }
    for (const table of ["inventoryitemlocations", "assemblyitemlocations"]) {
      for (const key of compare(before, after, table).changed) {
        const [old, current] = [before.get(table)!.get(key)!, after.get(table)!.get(key)!];
        const moved = old.quantityavailable !== current.quantityavailable;
        assert.equal(moved && isRecent(current.lastquantityavailablechange), moved, `${table} ${key}`);
      }
    }
    for (const table of ["subsidiary", "location", "department", "classification", "currency", "account", "term"]) {
      assert.deepEqual(compare(before, after, table), { changed: [], gone: [] });
    }
  }
  db.close();
});

Deno.test("change moves prices, promotions, coupons, campaigns and contacts, each by itself", () => {
  const db = company(0.01);
  const moves = {
    editPrice: "pricing",
    newPromotion: "promotioncode",
    editPromotion: "promotioncode",
    sendCoupon: "couponcode",
    useCoupon: "couponcode",
    newMailing: "campaignevent",
    answerMailing: "campaignresponse",
    newContact: "contact",
    editContact: "contact",
  } as const;
  for (const [nth, [kind, table]] of Object.entries(moves).entries()) {
    const before = snapshot(db);
    change(db, { count: 1, seed: 40 + nth, now: hours(1), only: [kind as keyof typeof moves] });
    const after = snapshot(db);
    const moved = [...after.keys()].filter((name) => {
      const { changed, gone } = compare(before, after, name);
      return changed.length + gone.length > 0;
    });
    assert.deepEqual(moved, [table], kind);
    assert.equal(compare(before, after, table).changed.length, 1, kind);
  }
  assert.deepEqual(brokenPromises(db, hours(1)), []);
  db.close();
});

Deno.test("change never gives an id twice, not even one that was deleted", () => {
  const db = company(0.01);
  const seen = { transaction: new Set<number>(), line: new Set<number>() };
  const gone = { transaction: new Set<number>(), line: new Set<number>() };
  for (let round = 0; round < 30; round++) {
    change(db, { count: 25, seed: 900 + round, now: hours(round) });
    const current = {
      transaction: new Set(db.prepare('SELECT id FROM "transaction"').all().map((row) => Number(row.id))),
      line: new Set(db.prepare('SELECT uniquekey FROM "transactionline"').all().map((row) => Number(row.uniquekey))),
    };
    for (const kind of ["transaction", "line"] as const) {
      for (const id of current[kind]) assert.ok(!gone[kind].has(id), `${kind} ${id} came back in round ${round}`);
      for (const id of seen[kind]) if (!current[kind].has(id)) gone[kind].add(id);
      seen[kind] = current[kind];
    }
  }
  assert.ok(gone.transaction.size > 5 && gone.line.size > 10);
  db.close();
});

Deno.test("change puts all changes of a call into one second, unless a step is given", () => {
  const db = company(0.01);
  const still = change(db, { count: 20, seed: 5, now: hours(1) });
  assert.deepEqual([still.from, still.to], ["2026-11-24 07:00:00", "2026-11-24 07:00:00"]);
  const running = change(db, { count: 20, seed: 6, now: hours(2), clockStepSeconds: 3 });
  assert.deepEqual([running.from, running.to], ["2026-11-24 08:00:00", "2026-11-24 08:00:57"]);
  db.close();
});

Deno.test("change does the same for the same seed, and something else for another", () => {
  const summaries: ChangeSummary[] = [11, 11, 12].map((seed) => {
    const db = company(0.01);
    const summary = change(db, { count: 30, seed, now: hours(1) });
    db.close();
    return summary;
  });
  assert.deepEqual(summaries[0], summaries[1]);
  assert.notDeepEqual(summaries[0], summaries[2]);
});

Deno.test("change refuses wrong options, and starts from an empty account", () => {
  const db = company(0.01);
  assert.throws(() => change(db, { count: 1.5, seed: 1, now: NOW }), /Cannot make 1.5 changes/);
  assert.throws(() => change(db, { count: 1, seed: 1, now: new Date(NaN) }), /not a valid date/);
  assert.throws(() => change(db, { count: 1, seed: 1, now: NOW, clockStepSeconds: -1 }), /step the clock by -1/);
  assert.deepEqual(change(db, { count: 0, seed: 1, now: NOW }).touched, {});
  for (const [name, table] of Object.entries(TABLES)) if (!table.view) db.exec(`DELETE FROM "${name}"`);
  assert.deepEqual(
    change(db, { count: 1, seed: 1, now: NOW }).kinds,
    { newCustomer: 1 },
    "the first customer registers",
  );
  db.close();
});

Deno.test("change works inside a transaction of the caller, who can still undo it", () => {
  const db = company(0.01);
  const count = () => Number(db.prepare('SELECT COUNT(*) AS n FROM "transactionline"').get()!.n);
  const before = count();
  db.exec("BEGIN");
  change(db, { count: 40, seed: 1, now: hours(1) });
  assert.notEqual(count(), before);
  db.exec("ROLLBACK");
  assert.equal(count(), before);
  db.close();
});
