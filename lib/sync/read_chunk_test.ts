import assert from "node:assert/strict";
import type { NetSuite, Page } from "../sources/netsuite/client.ts";
import { freshGaps } from "../sources/netsuite/gaps.ts";
import type { Parameter } from "../sources/netsuite/statement.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { STREAMS } from "../streams/registry.ts";
import { departments } from "../streams/setup.ts";
import { syncIndexes } from "./indexes.ts";
import { claim } from "./lease.ts";
import { ledgerOf, newChunk } from "./ledger.ts";
import { readChunk } from "./read_chunk.ts";
import { createRun } from "./runs.ts";
import type { Work } from "./work.ts";

const IDS = Array.from({ length: 14 }, (_, n) => n * 3 + 1), PAGE = 3;
const stream = { ...departments, pageRows: PAGE };

/** NetSuite as far as one chunk asks it, with how often each page was asked for. */
function source() {
  const asked = new Map<string, number>();
  const answer = (rows: Page["rows"], all = rows.length): Page => ({
    rows,
    hasMore: all > rows.length,
    totalResults: all,
  });
  const suiteql = (query: string, values: readonly Parameter[], limit: number) => {
    if (query.includes(" IN (")) return Promise.resolve(answer([])); // nobody is asked for by key: nothing is gone
    const after = Number(/t\.id > \?/.test(query) ? values.at(-1)!.value : 0);
    const found = IDS.filter((id) => id > after);
    if (query.includes("COUNT(*)")) return Promise.resolve(answer([{ tm_rows: String(found.length) }]));
    asked.set(`after ${after}`, (asked.get(`after ${after}`) ?? 0) + 1);
    const row = (id: number) => ({ tm_key0: String(id), tm_modified: "2026-11-24T09:00:00Z", name: `no ${id}` });
    return Promise.resolve(answer(found.slice(0, limit).map(row), found.length));
  };
  return { asked, netsuite: { suiteql, governor: { most: 5 } } as unknown as NetSuite };
}

const WRITES = new Set(["bulkWrite", "updateOne", "updateMany", "insertOne", "insertMany", "deleteMany", "replaceOne"]);

/** A process that dies over its n-th write, before or after the database has done it: nothing that it does later happens. */
function dying(store: TestStore, at: number, isDone: boolean) {
  let writes = 0, isDead = false;
  const collection = ((name: string) =>
    new Proxy(store.collection(name), {
      get(of, method) {
        const real = Reflect.get(of, method);
        if (typeof real !== "function") return real;
        return (...given: unknown[]) => {
          if (isDead) throw new Error("dead");
          if (!WRITES.has(String(method)) || ++writes < at) return real.apply(of, given);
          isDead = true;
          if (!isDone) throw new Error("dies");
          return real.apply(of, given).then(() => Promise.reject(new Error("dies")));
        };
      },
    })) as TestStore["collection"];
  return { store: { ...store, collection }, hasDied: () => isDead };
}

Deno.test("A worker that dies over any write of a chunk: another one ends it, nothing is missing, one page is asked for again", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const real = ledgerOf(store);
  let now = +new Date("2026-11-24T10:00:00Z"), deaths = 0, hasDied = true;
  const clock = { now: () => new Date(now) };
  const run = await createRun(
    real,
    { kind: "full", streams: ["departments"], requestedBy: "test" },
    STREAMS,
    clock.now(),
  );
  const planned = {
    ...run,
    plan: 1,
    plans: { departments: { mode: "full" as const, from: null, expected: 0 } },
    to: clock.now(),
  };
  for (let at = 1; hasDied; at++) {
    for (const isDone of [false, true]) {
      for (const name of ["departments", "sync_chunks", "quarantine"]) await store.collection(name).deleteMany({});
      const about = { runId: run._id, plan: 1, seq: 1, stream: stream.name, group: "read" };
      await real.chunks.insertOne(newChunk({ _id: "c", kind: "read", ...about, notBefore: clock.now() }));
      const { asked, netsuite } = source();
      const work = async (of: Pick<Work, "store">) => {
        const held = (await claim(real, planned, { owner: "w", leaseMs: 10_000, clock }))!;
        const reader = { netsuite, gaps: freshGaps(), meter: { requests: 0, throttled: 0 }, now: clock.now };
        const parts = { ...of, ledger: ledgerOf(of.store), run: planned, held, reader, streams: [stream] };
        const signal = new AbortController().signal;
        await readChunk({ ...parts, touched: null, signal, config: { zone: "UTC" } } as unknown as Work, stream);
      };
      const mortal = dying(store, at, isDone);
      await work(mortal).then(() => assert.ok(!mortal.hasDied()), () => assert.ok(mortal.hasDied()));
      hasDied = mortal.hasDied();
      if (!hasDied) continue;
      deaths++;
      now += 10_001;
      if (await real.chunks.findOne({ _id: "c", status: "working" })) await work({ store });
      const told = `dies ${isDone ? "after" : "before"} write ${at}`;
      const found = await store.collection<{ _id: number }>("departments").find({}, { sort: { _id: 1 } }).toArray();
      assert.deepEqual(found.map(({ _id }) => _id), IDS, told);
      const chunk = await real.chunks.findOne({ _id: "c" });
      assert.deepEqual([chunk?.status, chunk?.counts.read], ["done", IDS.length], told);
      // the page that was being written, and the one that was asked for ahead of it
      const again = [...asked.values()].reduce((sum, times) => sum + times - 1, 0);
      assert.ok(again <= 2, `${told}: ${again} pages asked for again`);
    }
  }
  assert.ok(deaths > 2 * Math.ceil(IDS.length / PAGE), `only ${deaths} deaths: nothing is shown by this`);
});
