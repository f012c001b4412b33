import type { Filter } from "mongodb";
import type { Clock } from "../clock.ts";
import { type Gap, gapName, type Gaps } from "../sources/netsuite/gaps.ts";
import { PERMISSIONS } from "../sources/netsuite/permissions.ts";
import { DELETED } from "../sources/netsuite/suiteql.ts";
import type { Store } from "../store/connect.ts";
import { type Stream, tableOf } from "../streams/define.ts";
import { recordDrift } from "./drift.ts";
import type { StateDocument } from "./ledger.ts";
import { logOf } from "../log.ts";

/** `sync_notices`: something that NetSuite does not give us, and that is therefore left out. */
export interface NoticeDocument {
  /** `customer.url`, or `subsidiary` for a whole table. */
  _id: string;
  table: string;
  column: string | null;
  /** NetSuite's words. */
  said: string;
  firstSeenAt: Date;
  /** Since when it is missing without a break. */
  missingSince: Date;
  /** Whether a stream was read with it before that. */
  wasThere?: boolean;
  lastSeenAt: Date;
  /** From then on it is asked for again. */
  retryAt: Date;
  /** When it was found to be there again; the next full run fills in what was left out. */
  backAt: Date | null;
}

/** One notice, as pages and the API show it. Times as ISO strings. */
export interface NoticeView {
  name: string;
  kind: "table" | "column";
  /** Streams that it is missing from. */
  streams: string[];
  /** What is left out, in a sentence. */
  text: string;
  /** What a person can do. */
  advice: string;
  said: string;
  since: string;
  retryAt: string;
  backAt: string | null;
}

const WEEK_MS = 7 * 86_400_000;
/** What was there before is asked for again after this time, then after as long as it has been missing. */
const SOON_MS = 15 * 60_000;
/** How long what was loaded may be used: other processes add notices too. */
const FRESH_MS = 10_000;
const log = logOf("sync");

/**
 * Keeps what NetSuite does not give us: stored, visible, and asked for again after a week. What was read before is asked for
 * again soon: somebody has taken it away, and will see that.
 */
export class Notices {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #streams: readonly Stream[];
  /** What is known; one map for good, so that work that began with it sees what others find. */
  readonly #byName = new Map<string, NoticeDocument>();
  #loadedAt: number | null = null;
  #loading: Promise<void> | null = null;
  /** Notices added while a load is under way: the load may have missed them. */
  readonly #added = new Map<string, NoticeDocument>();

  constructor(store: Store, clock: Clock, streams: readonly Stream[]) {
    this.#store = store;
    this.#clock = clock;
    this.#streams = streams;
  }

  /** What is known to be missing now. What is due to be asked for again is not in it. */
  async gaps(): Promise<Gaps> {
    const known = await this.#load();
    const isMissing = (name: string) => {
      const notice = known.get(name);
      return notice !== undefined && notice.backAt === null && notice.retryAt > this.#clock.now();
    };
    const wasThere = (name: string) => isMissing(name) && known.get(name)?.wasThere === true;
    return {
      has: (table, column) => isMissing(gapName({ table, column: column ?? null })),
      wasThere: (table, column) => wasThere(gapName({ table, column: column ?? null })),
      isLost: (table) => {
        const name = gapName({ table, column: null });
        return wasThere(name) && +this.#clock.now() - +known.get(name)!.missingSince < WEEK_MS;
      },
      add: (gap, said) => this.#add(gap, said),
    };
  }

  /**
   * As {@link Notices.gaps}, but as it is stored this moment. Work begins with it: what another process has found to be
   * there again before a full run was asked for must not be left out of that run, which is what fills it in.
   */
  gapsNow(): Promise<Gaps> {
    this.#loadedAt = null;
    return this.gaps();
  }

  /** True for a stream whose own table is missing: it has nothing to read. */
  async isAbsent(stream: Stream): Promise<boolean> {
    return (await this.gaps()).has(stream.table);
  }

  /** Notes that reading a stream went well: what was asked for again is there again. */
  async confirm(tables: readonly string[]): Promise<void> {
    const now = this.#clock.now();
    const back = [...(await this.#load()).values()].filter((notice) =>
      notice.backAt === null && notice.retryAt <= now && tables.includes(notice.table)
    );
    for (const { _id } of back) {
      await this.#collection.updateOne({ _id, retryAt: { $lte: now }, backAt: null }, { $set: { backAt: now } });
      log.info("NetSuite has again what was missing; a full run fills in what was left out", { name: _id });
    }
    await this.#recordBack({ _id: { $in: back.map(({ _id }) => _id) } });
    if (back.length > 0) this.#loadedAt = null;
  }

  /**
   * Takes over what a connection check found, which asks for everything, whether it is known to be missing or not.
   *
   * @param found what was missing in these tables
   */
  async reconcile(tables: readonly string[], found: readonly (Gap & { said: string })[]): Promise<void> {
    const now = this.#clock.now(), missing = new Set(found.map(gapName));
    const known = await this.#collection.find({ table: { $in: [...tables] }, backAt: null }).toArray();
    const back = known.filter(({ _id }) => !missing.has(_id)).map(({ _id }) => _id);
    if (back.length > 0) {
      await this.#collection.updateMany({ _id: { $in: back }, backAt: null }, { $set: { backAt: now } });
      await this.#recordBack({ _id: { $in: back } });
    }
    this.#loadedAt = null;
    for (const { said, ...gap } of found) await this.#add(gap, said);
  }

  /**
   * Forgets what is back, once everything of these tables was read again: by each stream that reads them, since a full run
   * of one fills in nothing of the others.
   *
   * @param since when the run began that has read these tables for a stream, which is closed
   */
  async settle(tables: readonly string[], since: Date): Promise<void> {
    const back = await this.#collection.find({ table: { $in: [...tables] }, backAt: { $ne: null, $lte: since } })
      .toArray();
    if (back.length > 0) {
      const states = await this.#store.collection<StateDocument>("sync_state").find({ watermark: { $ne: null } })
        .toArray();
      const isFilled = ({ table, backAt }: NoticeDocument) =>
        this.#readersOf(table).every((name) => {
          const state = states.find(({ _id }) => _id === name);
          return !state || (state.fullFrom != null && state.fullFrom >= backAt!);
        });
      const settled = { _id: { $in: back.filter(isFilled).map(({ _id }) => _id) }, backAt: { $lte: since } };
      await this.#recordBack(settled); // who found them back may have died over it
      await this.#collection.deleteMany(settled);
    }
    this.#loadedAt = null;
  }

  /** All notices, whole tables first. */
  async list(): Promise<NoticeView[]> {
    const found = await this.#collection.find({}, { sort: { _id: 1 } }).toArray();
    return found.map((notice) => this.#view(notice)).sort((a, b) =>
      Number(a.kind === "column") - Number(b.kind === "column")
    );
  }

  async #add(gap: Gap, said: string): Promise<void> {
    const now = this.#clock.now(), _id = gapName(gap);
    const old = await this.#collection.findOne({ _id }), isNew = !old || old.backAt !== null;
    const wasThere = isNew ? await this.#wasRead(gap.table) : old.wasThere === true;
    const missingMs = isNew ? 0 : +now - +old.missingSince;
    const retryAt = new Date(+now + (wasThere ? Math.min(WEEK_MS, Math.max(SOON_MS, missingMs)) : WEEK_MS));
    // of any number of processes that find it missing, one sets the time by which all of them record it
    await this.#collection.updateOne({ _id, backAt: { $ne: null } }, {
      $set: { missingSince: now, backAt: null, wasThere },
    });
    await this.#collection.updateOne({ _id }, {
      $set: { ...gap, said, lastSeenAt: now, retryAt, backAt: null },
      $setOnInsert: { firstSeenAt: now, missingSince: now, wasThere },
    }, { upsert: true });
    const stored = await this.#collection.findOne({ _id });
    const { firstSeenAt = now, missingSince = firstSeenAt } = stored ?? {};
    await recordDrift(this.#store, [{ ...gap, change: "vanished", at: missingSince }]);
    // into what is loaded too: the question that found it is asked again at once
    const known = await this.#load();
    const notice = {
      _id,
      ...gap,
      said,
      firstSeenAt,
      missingSince,
      wasThere: stored?.wasThere ?? wasThere,
      lastSeenAt: now,
      retryAt,
      backAt: null,
    };
    known.set(_id, notice);
    if (this.#loading) this.#added.set(_id, notice);
    log.warning("NetSuite does not have it, so it is left out", { name: _id, said, wasThere, retryAt });
  }

  /** Whether a stream that needs the table was read to its end before: then it was there. */
  async #wasRead(table: string): Promise<boolean> {
    const names = this.#readersOf(table);
    const states = this.#store.collection<StateDocument>("sync_state");
    return await states.findOne(
      table === DELETED ? { deletesTo: { $type: "date" } } : { _id: { $in: names }, watermark: { $ne: null } },
      { projection: { _id: 1 } },
    ) !== null;
  }

  /** Records what is there again, by the time that is stored with it: as often as wanted, it stays one change. */
  async #recordBack(filter: Filter<NoticeDocument>): Promise<void> {
    const back = await this.#collection.find(filter).toArray();
    await recordDrift(
      this.#store,
      back.flatMap(({ table, column, backAt }) =>
        backAt ? [{ table, column, change: "appeared" as const, at: backAt }] : []
      ),
    );
  }

  async #load(): Promise<Map<string, NoticeDocument>> {
    const isFresh = () => this.#loadedAt !== null && +this.#clock.now() - this.#loadedAt < FRESH_MS;
    if (!isFresh()) {
      this.#loading ??= this.#read().finally(() => {
        this.#loading = null;
        this.#added.clear();
      });
      await this.#loading;
    }
    return this.#byName;
  }

  async #read(): Promise<void> {
    const at = +this.#clock.now();
    const found = await this.#collection.find().toArray();
    this.#byName.clear();
    for (const notice of [...found, ...this.#added.values()]) this.#byName.set(notice._id, notice);
    this.#loadedAt = at;
  }

  #view(notice: NoticeDocument): NoticeView {
    const { _id: name, table, column, said, firstSeenAt, retryAt, backAt } = notice;
    const streams = this.#readersOf(table);
    return {
      name,
      kind: column === null ? "table" : "column",
      streams,
      text: textOf(notice, streams, this.#streams.some((stream) => stream.table === table)),
      advice: backAt && table === DELETED
        ? "They can be read again. A full run finds what was deleted meanwhile."
        : backAt
        ? `It is there again. A full run of ${streams.join(" and ")} fills in what was left out.`
        : column === null
        ? `${permissionFor(table)}${
          table === DELETED ? "" : " Or the account does not use the feature: then all is well."
        }`
        : "Nothing needs to be done if the account does not use this field.",
      said,
      since: firstSeenAt.toISOString(),
      retryAt: retryAt.toISOString(),
      backAt: backAt?.toISOString() ?? null,
    };
  }

  #readersOf(table: string): string[] {
    return this.#streams.filter((stream) => tablesOf(stream).includes(table)).map(({ name }) => name);
  }

  get #collection() {
    return this.#store.collection<NoticeDocument>("sync_notices");
  }
}

/** Every table that a stream reads. */
export function tablesOf(stream: Stream): string[] {
  const joined = Object.keys(stream.joins).map((alias) => tableOf(stream, alias));
  return [...new Set([stream.table, ...joined, ...(stream.children ? [stream.children.table] : [])])];
}

function permissionFor(table: string): string {
  const found = PERMISSIONS[table];
  return found ? `The role may lack ${found.name} (${found.tab}).` : "The role may not see it.";
}

function textOf({ table, column }: NoticeDocument, streams: string[], isOwn: boolean): string {
  if (table === DELETED) return "NetSuite does not show deleted records: deletes are found by full runs only.";
  if (column !== null) return `NetSuite has no ${column} in ${table}: ${list(streams)} are read without it.`;
  return isOwn
    ? `NetSuite has no table ${table}: ${list(streams)} are not read.`
    : `NetSuite has no table ${table}: ${list(streams)} are read without it.`;
}

const list = (names: string[]) => names.length === 0 ? "streams" : names.join(", ");
