import { AppError, type Unfit } from "../errors.ts";
import { logOf } from "../log.ts";
import { gapName } from "../sources/netsuite/gaps.ts";
import type { Store } from "../store/connect.ts";
import { isDuplicate } from "../store/duplicate.ts";
import { ownersOf, typeTerm } from "../streams/custom.ts";
import type { ColumnDocument } from "./columns.ts";
import type { DriftView } from "./views.ts";

/** `sync_drift`: a table or column of the source that came, went or changed. One document a change, kept for 400 days. */
export interface DriftDocument {
  /**
   * Made of the change itself, so that any number of processes may record it any number of times:
   * `item.custitem_grade/vanished/2026-11-24T09:41:00.000Z`, and for values that do not fit `customer.url/values/2026-11-24`.
   */
  _id: string;
  table: string;
  /** Null: the whole table. */
  column: string | null;
  /** What people call a custom field. */
  label: string | null;
  change: DriftView["change"];
  /** `catalogue`: the source says so itself; `values`: values came that do not fit the type. */
  seenIn: "catalogue" | "values";
  before: string | null;
  after: string | null;
  at: Date;
}

/** A change as it is noticed. */
export type Drift =
  & Pick<DriftDocument, "table" | "column" | "change" | "at">
  & Partial<Pick<DriftDocument, "label" | "before" | "after">>;

/** Which changes are meant. */
export interface DriftQuery {
  limit: number;
  /** Id of a change: only what comes after it in the list, which is older. */
  before?: string;
  /** Only of these tables. */
  tables?: string[];
}

const log = logOf("sync.drift");

/**
 * Records changes that the source tells of.
 *
 * @param found each with the time that is stored with it: whoever records it later, or again, takes the same
 */
export async function recordDrift(store: Store, found: readonly Drift[]): Promise<void> {
  await keep(
    store,
    found.map((drift) => ({
      _id: `${gapName(drift)}/${drift.change}/${drift.at.toISOString()}`,
      ...{ label: null, before: null, after: null, seenIn: "catalogue", ...drift },
    })),
  );
}

/**
 * Records columns whose values do not fit, as a change of type: once a column and day (UTC), however many rows there are.
 * The values themselves are not kept: they are shown to those only who may see rows.
 */
export async function recordUnfit(store: Store, unfit: readonly Unfit[], at: Date): Promise<void> {
  const byId = new Map(unfit.map(({ table, column, right }): [string, DriftDocument] => {
    const _id = `${gapName({ table, column })}/values/${at.toISOString().slice(0, 10)}`;
    const type = { change: "type_changed", seenIn: "values", before: right, after: null } as const;
    return [_id, { _id, table, column, label: null, at, ...type }];
  }));
  await keep(store, [...byId.values()]);
}

/**
 * Reads changes, newest first.
 *
 * @throws {AppError} `unknown_change` when `before` is the id of no change (any more)
 */
export async function readDrift(store: Store, { limit, before, tables }: DriftQuery): Promise<DriftView[]> {
  const last = before === undefined ? null : await driftIn(store).findOne({ _id: before });
  if (before !== undefined && !last) {
    const right = "it must be the id of a change of the last 400 days";
    throw new AppError(`Cannot list changes before "${before}": ${right}`, "unknown_change", "reject_request");
  }
  const found = await driftIn(store).find({
    ...(tables ? { table: { $in: tables } } : {}),
    ...(last ? { $or: [{ at: { $lt: last.at } }, { at: last.at, _id: { $lt: last._id } }] } : {}),
  }, { sort: { at: -1, _id: -1 }, limit }).toArray();
  const names = [...new Set(found.map(gapName))];
  const columns = await store.collection<ColumnDocument>("sync_columns").find({ _id: { $in: names } }).toArray();
  const known = new Map(columns.map((column) => [column._id, column]));
  return found.map((drift) => driftView(drift, known.get(gapName(drift))));
}

function driftView(drift: DriftDocument, known: ColumnDocument | undefined): DriftView {
  const { _id, table, column, change, before, after, at } = drift;
  return { id: _id, table, column, change, before, after, at: at.toISOString(), text: sentence(drift, known) };
}

function sentence(drift: DriftDocument, known: ColumnDocument | undefined): string {
  const { table, column, change, seenIn, before, after } = drift;
  const isCustom = column !== null && ownersOf(column).includes(table);
  const label = drift.label ?? known?.label ?? null;
  const name = column === null ? `The table ${table}` : label === null ? column : `"${label}" (${column})`;
  if (seenIn === "values") {
    return `Values of ${name} came that are not ${before}. ` +
      (isCustom ? "They are kept as text." : "Their rows wait in quarantine; all others go on.");
  }
  switch (change) {
    case "appeared":
      if (!isCustom || after === null) return `${name} is there again. A full run fills in what was left out.`;
      return `${name} is a field of the type ${typeTerm(after)}, mirrored under custom.${column}.` +
        (!known || known.isFilled || known.state !== "present"
          ? ""
          : " Older records get it with the next full run at the latest.");
    case "vanished":
      return isCustom
        ? `${name} is no longer in NetSuite. Documents keep what they have until they change.`
        : `${name} is not in NetSuite, or the role may not see it. It is left out; all else goes on.`;
    case "type_changed":
      return `${name} is of the type ${typeTerm(after ?? "")} from now on; it was ${typeTerm(before ?? "")}. ` +
        "A value that does not fit is kept as text.";
  }
}

async function keep(store: Store, found: DriftDocument[]): Promise<void> {
  for (const { _id, ...drift } of found) {
    try {
      const { upsertedCount } = await driftIn(store).updateOne({ _id }, { $setOnInsert: drift }, { upsert: true });
      if (upsertedCount > 0) log.info("NetSuite's tables changed", { change: _id });
    } catch (error) {
      if (!isDuplicate(error)) throw error; // another process was first by a hair
    }
  }
}

function driftIn(store: Store) {
  return store.collection<DriftDocument>("sync_drift");
}
