import assert from "node:assert/strict";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { actAs, actorOf, SYSTEM } from "./actor.ts";
import { type Audit, openAudit } from "./audit.ts";
import { type AuditEntry, hashOf, sealOf } from "./audit_entry.ts";
import { personWith } from "./testing.ts";

const SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF";

function onAudit(name: string, body: (audit: Audit, store: TestStore) => Promise<void>) {
  Deno.test(name, async () => {
    await using store = await openTestStore();
    await body(await openAudit(store, SECRET), store);
  });
}

const log = (store: TestStore) => store.collection<AuditEntry>("audit_log");
const write = async (audit: Audit, count: number) => {
  for (let i = 0; i < count; i++) {
    await audit.write({ action: "data.exported", subject: { kind: "report", id: `r${i}` }, details: { rows: i } });
  }
};

onAudit("an entry says who, what, when and from where, and the log is whole", async (audit, store) => {
  assert.deepEqual(await audit.verify(), { isWhole: true, entries: 0, head: null, faults: [] });
  const ada = personWith("admin", { id: "a1", key: { id: "k1", name: "Nightly" } });
  await actAs(
    actorOf(ada, "203.0.113.9"),
    () => audit.write({ action: "role.created", details: { x: [1, { y: null }] } }),
  );
  await audit.write({ action: "run.requested" });
  const [second, first] = await audit.list({}, 10);
  assert.deepEqual(first!.actor, {
    kind: "key",
    id: "a1",
    name: "Ada Roe",
    key: { id: "k1", name: "Nightly" },
    address: "203.0.113.9",
  });
  assert.deepEqual([first!._id, first!.details, second!.actor, second!.previous], [
    1,
    { x: [1, { y: null }] },
    SYSTEM,
    first!.hash,
  ]);
  assert.deepEqual(await audit.verify(), { isWhole: true, entries: 2, head: `2:${second!.hash}`, faults: [] });
  // a database may give fields back in another order
  const { hash, previous, _id, ...rest } = (await log(store).findOne({ _id: 1 }))!;
  assert.equal(hashOf({ previous, ...Object.fromEntries(Object.entries(rest).reverse()), _id } as AuditEntry), hash);
});

onAudit("list filters by action, actor, words and time, and goes on from a number", async (audit) => {
  const eve = personWith("viewer", { id: "e1", name: "Eve (Ops)" });
  await write(audit, 3);
  await actAs(actorOf(eve, null), () => audit.write({ action: "sign_in.done" }));
  const ids = async (query: Parameters<Audit["list"]>[0]) => (await audit.list(query, 10)).map((entry) => entry._id);
  assert.deepEqual(await ids({ action: "sign_in.done" }), [4]);
  assert.deepEqual(await ids({ actor: "e1" }), [4]);
  assert.deepEqual(await ids({ text: "eve (" }), [4]);
  assert.deepEqual(await ids({ text: "R1" }), [2]);
  assert.deepEqual(await ids({ before: 3 }), [2, 1]);
  assert.deepEqual(await ids({ until: new Date(0) }), []);
  assert.equal(await audit.count({ from: new Date(0) }), 4);
});

onAudit("20 writers at once keep one chain without gaps", async (audit, store) => {
  const others = await Promise.all(Array.from({ length: 20 }, () => openAudit(store, SECRET)));
  await Promise.all(others.map((other) => write(other, 5)));
  const verdict = await audit.verify();
  assert.deepEqual([verdict.isWhole, verdict.entries, verdict.faults], [true, 100, []]);
});

const TAMPERINGS: [name: string, fault: RegExp, tamper: (store: TestStore) => Promise<unknown>][] = [
  [
    "a changed detail",
    /Entry 3 was changed/,
    (store) => log(store).updateOne({ _id: 3 }, { $set: { "details.rows": 99 } }),
  ],
  [
    "a changed actor",
    /Entry 1 was changed/,
    (store) => log(store).updateOne({ _id: 1 }, { $set: { "actor.name": "Eve" } }),
  ],
  ["a changed time", /Entry 2 was changed/, (store) => log(store).updateOne({ _id: 2 }, { $set: { at: new Date(0) } })],
  [
    "a time of another type",
    /Entry 2 was changed/,
    (store) => log(store).updateOne({ _id: 2 }, { $set: { at: "x" as never } }),
  ],
  ["a removed entry", /Entry 3 is missing/, (store) => log(store).deleteOne({ _id: 3 })],
  ["removed first entries", /Entries 1 to 2 are missing/, (store) => log(store).deleteMany({ _id: { $lte: 2 } })],
  ["a cut-off tail", /ends at entry 4, but entry 6/, (store) => log(store).deleteMany({ _id: { $gt: 4 } })],
  ["everything removed", /ends at entry 0, but entry 6/, (store) => log(store).deleteMany({})],
  ["two entries exchanged", /Entry 3 (does not follow|was changed)/, async (store) => {
    const [a, b] = [(await log(store).findOne({ _id: 2 }))!, (await log(store).findOne({ _id: 3 }))!];
    await log(store).replaceOne({ _id: 2 }, { ...b, _id: 2 } as never);
    await log(store).replaceOne({ _id: 3 }, { ...a, _id: 3 } as never);
  }],
  ["a rewritten entry with a right hash", /Entry 4 does not follow entry 3/, async (store) => {
    const { hash: _, ...entry } = (await log(store).findOne({ _id: 3 }))!;
    const changed = { ...entry, details: { rows: 0 } };
    await log(store).replaceOne({ _id: 3 }, { ...changed, hash: hashOf(changed) });
  }],
  ["a rewritten newest entry with a right hash", /Entry 6 is not the one that was written/, async (store) => {
    const { hash: _, ...entry } = (await log(store).findOne({ _id: 6 }))!;
    const changed = { ...entry, details: { rows: 0 } };
    await log(store).replaceOne({ _id: 6 }, { ...changed, hash: hashOf(changed) });
  }],
  ["a head set back after a cut", /no valid seal/, async (store) => {
    await log(store).deleteMany({ _id: { $gt: 4 } });
    const { hash } = (await log(store).findOne({ _id: 4 }))!;
    const seal = sealOf({ seq: 4, hash }, "a guess at the secret, forty characters or so");
    await store.collection<{ _id: string }>("audit_head").updateOne({ _id: "head" }, { $set: { seq: 4, hash, seal } });
  }],
  ["a removed head", /head .* is gone/, (store) => store.collection("audit_head").deleteMany({})],
];

for (const [name, fault, tamper] of TAMPERINGS) {
  onAudit(`verify finds ${name}, also after more entries were written`, async (audit, store) => {
    await write(audit, 6);
    assert.ok((await audit.verify()).isWhole);
    await tamper(store);
    const verdict = await audit.verify();
    assert.equal(verdict.isWhole, false);
    assert.match(verdict.faults.join("\n"), fault);
    if (/head/.test(name)) return; // a new head is sealed rightly: only one noted elsewhere can tell, as below
    await write(audit, 2);
    assert.equal((await audit.verify()).isWhole, false);
  });
}

onAudit("a head that was noted elsewhere finds what was cut off with the kept head set back", async (audit, store) => {
  await write(audit, 3);
  const early = await store.collection<{ _id: string }>("audit_head").findOne({ _id: "head" });
  await write(audit, 3);
  const noted = (await audit.verify()).head!;
  assert.ok((await audit.verify(noted)).isWhole);
  await log(store).deleteMany({ _id: { $gt: 3 } });
  await store.collection<{ _id: string }>("audit_head").replaceOne({ _id: "head" }, early!);
  assert.ok((await audit.verify()).isWhole, "the database alone cannot tell");
  assert.match((await audit.verify(noted)).faults.join(), /Entry 6 is not the one that was noted/);
  assert.match((await audit.verify("6")).faults.join(), /must be written as number:hash/);
});

onAudit(
  "with a new secret the head's seal is valid by the old one, until the next entry seals it anew",
  async (audit, store) => {
    await write(audit, 3);
    const next = "a new secret, forty characters or so, in its place";
    assert.match((await (await openAudit(store, next)).verify()).faults.join(), /no valid seal/);
    const rotated = await openAudit(store, next, undefined, [SECRET]);
    assert.deepEqual((await rotated.verify()).faults, []);
    await write(rotated, 1);
    assert.deepEqual((await (await openAudit(store, next)).verify()).faults, []);
  },
);
