import type { Filter } from "mongodb";
import { AppError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import {
  type CatalogField,
  presentIn,
  readCatalog,
  typeNamed,
  typeSeen,
  valuesIn,
} from "../sources/netsuite/columns.ts";
import type { Reader } from "../sources/netsuite/ask.ts";
import type { Store } from "../store/connect.ts";
import { isDuplicate } from "../store/duplicate.ts";
import {
  CUSTOM_TABLES,
  type CustomColumn,
  type CustomType,
  type Misfit,
  ownersOf,
  withCustom,
} from "../streams/custom.ts";
import type { Stream } from "../streams/define.ts";
import { recordDrift } from "./drift.ts";

/** `sync_columns`: a custom field of one table, as it was last found. */
export interface ColumnDocument {
  /** `transaction.custbody_channel_ref`. */
  _id: string;
  table: string;
  column: string;
  label: string | null;
  type: CustomType;
  /** NetSuite's word for the type. */
  sourceType: string | null;
  isStored: boolean;
  /** `absent`: in the catalogue, but this table does not have it. `vanished`: it was there, and is in the catalogue no more. */
  state: "present" | "absent" | "vanished";
  firstSeenAt: Date;
  /** NetSuite's time of the last change of the field itself. */
  changedAt: Date | null;
  /** The run that found it, or found it changed. */
  runId: number;
  /** Whether every record that has a value was read since. */
  isFilled: boolean;
  /** What became of it, oldest first. */
  changes: ColumnChange[];
  /** How many changes there were, so that of two processes that see the same one only one notes it. Absent: as many as `changes`. */
  changed?: number;
  /** How many of them are recorded in `sync_drift`. */
  recorded?: number;
  /** The last value that did not fit its type. */
  misfit: { value: string; right: string; at: Date } | null;
}

/** A column came, went, or changed its type. */
export interface ColumnChange {
  at: Date;
  kind: "appeared" | "vanished" | "type";
  table: string;
  column: string;
  /** Types before and after, as {@link ColumnDocument.type}; null where there was none. */
  from: CustomType | null;
  to: CustomType | null;
}

/** When the catalogue was last looked at; in the same collection, so that all processes share it. */
const LOOKED = "@looked";
const log = logOf("sync.columns");

/** What discovery needs of a run. */
export interface Discovery {
  store: Store;
  reader: Reader;
  run: { _id: number; kind: string };
  /** How old the last look may be, in milliseconds; a full run always looks. */
  everyMs: number;
}

/**
 * Looks for custom fields that came, went or changed since the last look, and notes them. One request when nothing did. The
 * first look of all is the base line: what it finds was there before, and is noted without being called a change.
 * Discovery never stops a run: what cannot be found out is left as it was, and looked at again with the next run.
 *
 * @returns what changed
 */
export async function discoverColumns(discovery: Discovery): Promise<ColumnChange[]> {
  const { store, reader, run, everyMs } = discovery;
  const looked = await store.collection<{ _id: string; at: Date }>("sync_columns").findOne({ _id: LOOKED });
  const now = reader.now();
  if (run.kind !== "full" && looked && +now - +looked.at < everyMs) return [];
  if (reader.gaps.has("customfield")) return [];
  try {
    const fields = await readCatalog(reader);
    if (!fields) return [];
    const known = await allOf(store);
    const missing = await missingSince(store);
    const changes = [
      ...(await Promise.all(
        CUSTOM_TABLES.map((table) => lookAt(discovery, table, { fields, known, missing, isFirst: !looked })),
      )).flat(),
      ...await vanish(store, fields, known, missing, now),
    ];
    await recordChanges(store);
    await store.collection<{ _id: string; at: Date }>("sync_columns").updateOne(
      { _id: LOOKED },
      { $set: { at: now } },
      { upsert: true },
    );
    for (const { kind, table, column, to } of changes) log.info(`A custom field ${SAYS[kind]}`, { table, column, to });
    return changes;
  } catch (error) {
    if (!(error instanceof AppError) || reader.signal?.aborted) throw error;
    log.warning("Custom fields could not be looked at; the next run tries again", { error: messageOf(error) });
    return [];
  }
}

const SAYS = { appeared: "appeared", vanished: "is gone", type: "has another type" } as const;

/** What a look goes by. */
interface Look {
  fields: CatalogField[];
  /** Columns as they were found before. */
  known: Map<string, ColumnDocument>;
  /** Since when columns are known to be missing. */
  missing: Map<string, Date>;
  /** Nobody has looked before, to the end at least. */
  isFirst: boolean;
}

/** Finds out what is new or changed in one table. */
async function lookAt(
  { store, reader, run }: Discovery,
  table: string,
  { fields, known, missing, isFirst }: Look,
): Promise<ColumnChange[]> {
  if (reader.gaps.has(table)) return [];
  const now = reader.now();
  const news = fields.filter(({ column, changedAt, sourceType }) => {
    if (!ownersOf(column).includes(table)) return false;
    const old = known.get(`${table}.${column}`);
    return !old || old.state === "vanished" || old.sourceType !== sourceType ||
      (changedAt !== null && (old.changedAt === null || changedAt > old.changedAt));
  });
  if (news.length === 0) return [];
  const asked = news.map(({ column, sourceType }) => ({ table, column, type: typeNamed(sourceType) ?? "text" }));
  const present = await presentIn(reader, table, asked);
  if (!present) return [];
  const values = present.size > 0 ? await valuesIn(reader, table, [...present]) : new Map<string, number>();
  const changes: ColumnChange[] = [];
  for (const field of news) {
    const _id = `${table}.${field.column}`, old = known.get(_id), isThere = present.has(field.column);
    const wasThere = old?.state === "present";
    const type = typeNamed(field.sourceType) ??
      (isThere ? old?.type ?? await typeSeen(reader, table, field.column) : "text");
    const base = { at: now, table, column: field.column, from: wasThere ? old.type : null };
    const change: ColumnChange | null = isThere
      ? wasThere
        ? (old.type !== type ? { ...base, kind: "type", to: type } : null)
        : { ...base, kind: "appeared", to: type }
      : wasThere
      ? { ...base, at: missing.get(_id) ?? now, kind: "vanished", to: null }
      : null;
    // a field that nobody has filled in needs no record to be read again
    const isFilled = change === null ? old?.isFilled ?? true : isThere ? (values.get(field.column) ?? 0) === 0 : true;
    const state = isThere ? "present" : "absent";
    const found = {
      ...field,
      table,
      type,
      state,
      ...(change ? { runId: run._id, isFilled, misfit: null } : {}),
    } as const;
    const told = old || !isFirst ? change : null;
    const isOurs = old
      ? await noteChange(store, old, found, change)
      : await isNew(store, { firstSeenAt: now, misfit: null, runId: run._id, isFilled, ...found, _id }, told);
    if (told && isOurs) changes.push(told);
  }
  return changes;
}

/** Notes fields that the catalogue has no more. What is known to be missing of them needs no notice any longer. */
async function vanish(
  store: Store,
  fields: CatalogField[],
  known: Map<string, ColumnDocument>,
  missing: Map<string, Date>,
  now: Date,
): Promise<ColumnChange[]> {
  const listed = new Set(fields.map(({ column }) => column));
  const gone = [...known.values()].filter(({ column, state }) => state !== "vanished" && !listed.has(column));
  const changes: ColumnChange[] = [];
  for (const old of gone) {
    const { _id, table, column, type } = old;
    const change: ColumnChange | null = old.state === "present"
      ? { at: missing.get(_id) ?? now, kind: "vanished", table, column, from: type, to: null }
      : null;
    const isFirst = await noteChange(store, old, { state: "vanished", isFilled: true }, change);
    if (change && isFirst) changes.push(change);
  }
  if (gone.length > 0) {
    await store.collection<{ _id: string }>("sync_notices").deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } });
  }
  return changes;
}

/**
 * Notes what was found of a column that is known, with its change if there is one.
 *
 * @returns false when another process has noted a change since `old` was read: what it wrote stands
 */
async function noteChange(
  store: Store,
  old: ColumnDocument,
  found: Partial<ColumnDocument>,
  change: ColumnChange | null,
): Promise<boolean> {
  const changed = changedOf(old) + (change ? 1 : 0);
  const { matchedCount } = await columnsIn(store).updateOne({
    _id: old._id,
    changed: old.changed ?? { $exists: false },
  }, {
    $set: { ...found, changed },
    ...(change ? { $push: { changes: { $each: [change], $slice: -20 } } } : {}),
  });
  return matchedCount === 1;
}

/** Notes a column that was not known; false when another process has just done so. */
async function isNew(
  store: Store,
  found: Omit<ColumnDocument, "changes">,
  change: ColumnChange | null,
): Promise<boolean> {
  const changes = change ? [change] : [];
  try {
    await columnsIn(store).insertOne({ ...found, changes, changed: changes.length });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/**
 * Records the changes that are not in `sync_drift` yet, also those of a process that died in between. They are known there
 * by the time that is stored with them, so that doing it twice adds nothing.
 */
async function recordChanges(store: Store): Promise<void> {
  for (const column of (await allOf(store)).values()) {
    const changed = changedOf(column), open = changed - (column.recorded ?? 0);
    if (open <= 0) continue;
    const { table, label, changes } = column;
    await recordDrift(
      store,
      changes.slice(-open).map(({ kind, column, from, to, at }) => ({
        ...{ table, column, label, at, before: from, after: to },
        change: kind === "type" ? "type_changed" : kind,
      })),
    );
    await columnsIn(store).updateOne({ _id: column._id }, { $max: { recorded: changed } });
  }
}

/** Since when custom fields are known to be missing, by `table.column`: reading may have found it before the catalogue told. */
async function missingSince(store: Store): Promise<Map<string, Date>> {
  const found = await store.collection<{ _id: string; missingSince?: Date; backAt: Date | null }>("sync_notices")
    .find({ column: { $ne: null }, backAt: null }).toArray();
  return new Map(found.flatMap(({ _id, missingSince: since }) => since ? [[_id, since]] : []));
}

/** These streams with the custom fields that are known of their tables and of their children's. */
export async function withKnownColumns(store: Store, streams: readonly Stream[]): Promise<Stream[]> {
  const known: CustomColumn[] = await columnsIn(store).find(
    { state: "present" },
    { projection: { _id: 0, table: 1, column: 1, type: 1 } },
  ).toArray();
  return known.length > 0 ? streams.map((stream) => withCustom(stream, known)) : [...streams];
}

/** A custom field that a reading of the whole stream fills in, as it was when that was planned. */
export interface Fill {
  /** `transaction.custbody_channel_ref`. */
  column: string;
  /** How often it had changed by then. */
  changed: number;
}

/** The streams that have custom fields with values that were not read yet, with these fields: they must be read whole. */
export async function streamsToFill(store: Store, streams: readonly Stream[]): Promise<Map<string, Fill[]>> {
  const open = await columnsIn(store).find({ state: "present", isFilled: false }).toArray();
  const found = streams.map((stream): [string, Fill[]] => {
    const own = open.filter(({ table }) => tablesOf(stream).includes(table));
    return [stream.name, own.map((column) => ({ column: column._id, changed: changedOf(column) }))];
  });
  return new Map(found.filter(([, fills]) => fills.length > 0));
}

/**
 * Notes that a stream was read whole, with the custom fields that were open when that was planned. What was found since, or
 * has changed since, the reading may have begun without, whichever run has found it: it stays open.
 */
export async function noteFilled(store: Store, fills: readonly Fill[]): Promise<void> {
  for (const { column, changed } of fills) {
    // where the count was never kept it is null, until the next change
    await columnsIn(store).updateOne({ _id: column, changed: { $in: [changed, null] } } as Filter<ColumnDocument>, {
      $set: { isFilled: true },
    });
  }
}

/** Notes values that did not fit the type of their custom field: the last one of each field. */
export async function noteMisfits(store: Store, misfits: readonly Misfit[], at: Date): Promise<void> {
  const last = new Map(misfits.map((misfit) => [`${misfit.table}.${misfit.column}`, misfit]));
  for (const [_id, { value, right }] of last) {
    await columnsIn(store).updateOne({ _id }, { $set: { misfit: { value: value.slice(0, 200), right, at } } });
  }
}

/** Every custom field that was ever found, by `table.column`. */
export async function allOf(store: Store): Promise<Map<string, ColumnDocument>> {
  const found = await columnsIn(store).find({ _id: { $ne: LOOKED } }).toArray();
  return new Map(found.map((document) => [document._id, document]));
}

function tablesOf({ table, children }: Stream): string[] {
  return children ? [table, children.table] : [table];
}

function changedOf({ changed, changes }: ColumnDocument): number {
  return changed ?? changes.length;
}

function columnsIn(store: Store) {
  return store.collection<ColumnDocument>("sync_columns");
}
