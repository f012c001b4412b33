/**
 * Any history of inserts, edits, late commits, equal stamps, deletes and re-creations, read by runs at any time, with any
 * window, overlap and size of page, also by runs that break off: after a quiet run the mirror is the source.
 *
 * Each case is the history of one record under one schedule of runs; a hundred cases share a schedule, a source and a
 * mirror. Time is a number that moves with every question, so changes fall between any two pages.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { openStore } from "../store/connect.ts";
import { freshGaps } from "../sources/netsuite/gaps.ts";
import type { NetSuite, Page } from "../sources/netsuite/client.ts";
import type { Parameter } from "../sources/netsuite/statement.ts";
import { departments } from "../streams/setup.ts";
import { startMongo } from "../../standins/mongodb/server.ts";
import { closeStream } from "./close.ts";
import { readDeletes } from "./deletes.ts";
import { type ChunkDocument, type Ledger, ledgerOf, newChunk, type RunDocument, type StreamPlan } from "./ledger.ts";
import { readChunk } from "./read_chunk.ts";
import { windowStart } from "./watermark.ts";
import type { Work } from "./work.ts";

const CASES = 100, SCHEDULES = 100, START_S = 1_750_000_000;

/** One thing that happens to a record. */
interface Happening {
  /** Seconds after the one before it; 0 gives two changes one stamp. */
  afterS: number;
  /** Seconds from the stamp to the moment at which it can be seen. */
  lateS: number;
  /** `edit` creates what is not there. */
  what: "edit" | "delete";
}

interface Schedule {
  overlapS: number;
  lagS: number;
  pageRows: number;
  /** Seconds that pass with each question. */
  paceS: number;
  runs: { afterS: number; isFull: boolean; breaksAfter: number | null; cutAt: number | null }[];
  histories: Happening[][];
}

const happening = fc.record({
  afterS: fc.oneof(fc.constant(0), fc.nat(40)),
  lateS: fc.oneof(fc.constant(0), fc.nat(30)),
  what: fc.constantFrom<Happening["what"]>("edit", "edit", "delete"),
});
const schedule: fc.Arbitrary<Schedule> = fc.record({
  overlapS: fc.integer({ min: 31, max: 60 }), // more than the latest commit: what comes later than that, a proof finds
  lagS: fc.nat(10),
  pageRows: fc.integer({ min: 1, max: 40 }),
  paceS: fc.nat(3),
  runs: fc.array(
    fc.record({
      afterS: fc.nat(60),
      isFull: fc.nat(5).map((n) => n === 0),
      breaksAfter: fc.option(fc.nat(12), { freq: 3 }),
      cutAt: fc.option(fc.integer({ min: 1, max: CASES }), { freq: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  histories: fc.array(fc.array(happening, { maxLength: 6 }), { minLength: CASES, maxLength: CASES }),
});

interface Version {
  id: number;
  stampS: number;
  visibleS: number;
  name: string | null;
}

/** NetSuite as far as these questions go. */
class Source {
  nowS = START_S;
  readonly #versions: Version[][];

  constructor(histories: Happening[][], readonly paceS: number) {
    this.#versions = histories.map((history, n) => {
      let stampS = START_S, visibleS = START_S;
      return history.map(({ afterS, lateS, what }, step) => {
        stampS += afterS;
        visibleS = Math.max(visibleS, stampS + lateS); // changes of one record are seen in their order
        return {
          id: n + 1,
          stampS,
          visibleS: Math.min(visibleS, stampS + 30),
          name: what === "edit" ? `${n}/${step}` : null,
        };
      });
    });
    for (const versions of this.#versions) { // a commit waits for the one before it, so none is later than 30 s
      for (let n = 1; n < versions.length; n++) {
        versions[n]!.visibleS = Math.max(versions[n]!.visibleS, versions[n - 1]!.visibleS);
      }
    }
  }

  get endS(): number {
    return Math.max(START_S, ...this.#versions.flat().map(({ visibleS }) => visibleS));
  }

  rows(): Version[] {
    return this.#versions.flatMap((versions) => {
      const last = versions.findLast(({ visibleS }) => visibleS <= this.nowS);
      return last && last.name !== null ? [last] : [];
    });
  }

  deleted(): Version[] {
    return this.#versions.flatMap((versions) =>
      versions.filter(({ name, visibleS }, n) =>
        name === null && visibleS <= this.nowS && versions[n - 1]?.name != null
      )
    );
  }

  readonly suiteql: NetSuite["suiteql"] = (query, values, limit) => {
    this.nowS += this.paceS;
    const isDeleted = query.includes("FROM deletedrecord");
    const found = (isDeleted ? this.deleted() : this.rows()).filter(conditionsOf(query, values as Parameter[]));
    if (query.includes("COUNT(*)")) return Promise.resolve(page([{ tm_rows: String(found.length) }], 1));
    found.sort((a, b) => isDeleted ? a.stampS - b.stampS || a.id - b.id : a.id - b.id);
    const rows = found.slice(0, limit).map(({ id, stampS, name }) =>
      isDeleted
        ? { recordid: String(id), type: "Department", deleted: textOf(stampS) }
        : { tm_key0: String(id), tm_modified: `${textOf(stampS).replace(" ", "T")}Z`, name: name! }
    );
    return Promise.resolve(page(rows, found.length));
  };
}

const textOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
const page = (rows: Page["rows"], all: number): Page => ({ rows, hasMore: all > rows.length, totalResults: all });

/** What the WHERE of a question lets through. */
function conditionsOf(query: string, values: Parameter[]): (version: Version) => boolean {
  let at = 0;
  const next = () => values[at++]!.value;
  const where = / WHERE (.*?)(?: ORDER BY |$)/.exec(query)?.[1] ?? "";
  const tests = where.split(/ AND (?![^(]*\))/).filter((one) => one !== "").map(
    (one): (version: Version) => boolean => {
      const time = /^SYS_EXTRACT_UTC\(t\.\w+\) (>=|<) TO_TIMESTAMP/.exec(one);
      if (time) {
        const bound = next();
        return ({ stampS }) => time[1] === "<" ? textOf(stampS) < bound : textOf(stampS) >= bound;
      }
      if (one.includes("TO_DATE")) {
        const bound = next();
        return ({ stampS }) => textOf(stampS) >= bound;
      }
      const key = /^t\.id (>|<=) \?$/.exec(one);
      if (key) {
        const bound = Number(next());
        return ({ id }) => key[1] === ">" ? id > bound : id <= bound;
      }
      const list = /^t\.id IN \(([?,]+)\)$/.exec(one);
      if (!list) throw new TypeError(`The model does not know "${one}"`);
      const ids = new Set(list[1]!.split(",").map(() => Number(next())));
      return ({ id }) => ids.has(id);
    },
  );
  return (version) => tests.every((test) => test(version));
}

Deno.test("After any history, a quiet run leaves the mirror as the source is", async () => {
  const given = Deno.env.get("SEED");
  const seed = given === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(given ?? 20261124);
  console.log(`seed ${seed}, ${SCHEDULES} schedules of ${CASES} histories`);
  const server = await startMongo({});
  const store = await openStore(server.uri);
  const ledger = ledgerOf(store);
  try {
    await fc.assert(
      fc.asyncProperty(schedule, async (given) => {
        for (const name of ["departments", "sync_state", "sync_chunks", "quarantine"]) {
          await store.collection(name).deleteMany({});
        }
        await live(given, { store, ledger });
      }),
      { seed, numRuns: SCHEDULES, endOnFailure: true },
    );
  } finally {
    await store.close();
    await server.close();
  }
});

async function live(given: Schedule, parts: Pick<Work, "store" | "ledger">): Promise<void> {
  const source = new Source(given.histories, given.paceS);
  let number = 0;
  for (const run of given.runs) {
    source.nowS += run.afterS;
    await sync(++number, run, given, source, parts);
  }
  source.nowS = Math.max(source.nowS, source.endS) + given.lagS + 1;
  await sync(++number, { isFull: false, breaksAfter: null, cutAt: null }, given, source, parts);

  const mirror = await parts.store.collection<
    { _id: number; name: string; source: { modifiedAt: Date }; deletedAt?: Date }
  >(
    "departments",
  ).find({ deletedAt: { $exists: false } }, { sort: { _id: 1 } }).toArray();
  assert.deepEqual(
    mirror.map(({ _id, name, source }) => [_id, name, +source.modifiedAt / 1000]),
    source.rows().map(({ id, name, stampS }) => [id, name, stampS]),
  );
}

/** One run as the planner and the worker would have it: reading, deletes, closing; one that breaks off closes nothing. */
async function sync(
  number: number,
  { isFull, breaksAfter, cutAt }: Pick<Schedule["runs"][number], "isFull" | "breaksAfter" | "cutAt">,
  { overlapS, lagS, pageRows }: Schedule,
  source: Source,
  { store, ledger }: Pick<Work, "store" | "ledger">,
): Promise<void> {
  const stream = { ...departments, pageRows }, to = new Date((source.nowS - lagS) * 1000);
  const state = await ledger.states.findOne({ _id: stream.name });
  const mode = isFull || !state?.watermark ? "full" : "changes";
  const from = mode === "full" ? null : windowStart(state!.watermark!, to, overlapS * 1000);
  const deletesFrom = windowStart(state?.deletesTo ?? (state?.watermark ? new Date(0) : to), to, overlapS * 1000);
  const isQuiet = !source.deleted().some(({ stampS }) => stampS * 1000 >= +deletesFrom);
  const plan: StreamPlan = { mode, from, expected: 0, ...(isQuiet ? { noDeletes: true } : {}) };
  const run = { _id: number, kind: "incremental", to, plan: 1, plans: { [stream.name]: plan }, streams: [stream.name] };
  const stop = new AbortController();
  let asked = 0;
  const suiteql: NetSuite["suiteql"] = (...question) => {
    if (asked++ >= (breaksAfter ?? Infinity)) return Promise.reject(new Error("broken off"));
    return source.suiteql(...question);
  };
  const on = async (
    kind: ChunkDocument["kind"],
    bounds: Partial<ChunkDocument>,
    doIt: (work: Work) => Promise<void>,
  ) => {
    const token = ++tokens, _id = `${number}.${token}`;
    const chunk = newChunk({
      ...{ _id, runId: number, plan: 1, seq: token, kind, stream: stream.name, group: kind, notBefore: new Date(0) },
      ...bounds,
      status: "working",
      lease: { token, owner: "test", until: new Date("2100-01-01") },
    });
    await ledger.chunks.insertOne(chunk);
    const reader = {
      netsuite: { suiteql } as NetSuite,
      gaps: freshGaps(),
      meter: { requests: 0, throttled: 0 },
      // two questions within a second are still one after the other
      now: () => new Date(source.nowS * 1000 + Math.min(999, asked)),
    };
    await doIt(workOf({ store, ledger, run, held: { chunk, token }, reader, signal: stop.signal }));
  };
  try {
    const ranges = cutAt === null ? [[null, null]] : [[null, cutAt], [cutAt, null]];
    for (const [above, upTo] of ranges) {
      await on("read", { from, to, above: above!, upTo: upTo! }, (work) => readChunk(work, stream));
    }
    if (!isQuiet) await on("deletes", { from: deletesFrom, to }, readDeletes);
    await on("close", {}, (work) => closeStream(work, stream));
  } catch (error) {
    if ((error as Error).message !== "broken off") throw error;
  }
}

let tokens = 0;

function workOf(parts: Pick<Work, "store" | "held" | "reader" | "signal"> & { ledger: Ledger; run: object }): Work {
  return {
    ...parts,
    run: parts.run as RunDocument,
    config: {} as Work["config"],
    streams: [departments],
    touched: null,
  };
}
