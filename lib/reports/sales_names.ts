import type { Collection, Document } from "mongodb";
import type { Scope } from "../access/scope.ts";
import type { MartStore } from "../marts/dirty.ts";
import { readDirectory } from "./directory.ts";
import type { SalesBy } from "./sales_types.ts";

/** How a record is called in a table. */
export interface RecordName {
  name: string;
  code: string | null;
  detail: string | null;
}

interface Naming {
  collection: string;
  /** Fields to read, and those that a search looks in. */
  fields: string[];
  search: string[];
  /** What the row is called when the field is empty, and when its record was never read. */
  none: string;
  unknown: string;
  name(record: Document): RecordName;
}

const text = (value: unknown): string | null => typeof value === "string" && value.trim() !== "" ? value : null;

const plain = (record: Document): RecordName => ({
  name: text(record.fullName) ?? text(record.name) ?? `${record._id}`,
  code: null,
  detail: null,
});

const NAMING: Record<SalesBy, Naming> = {
  customer: {
    collection: "customers",
    fields: ["name", "number", "salesRep"],
    search: ["name", "number"],
    none: "No customer",
    unknown: "Customer",
    name: (r) => ({ name: text(r.name) ?? text(r.number) ?? `Customer ${r._id}`, code: text(r.number), detail: null }),
  },
  item: {
    collection: "items",
    fields: ["sku", "name"],
    search: ["name", "sku"],
    none: "No item",
    unknown: "Item",
    name: (r) => ({ name: text(r.name) ?? text(r.sku) ?? `Item ${r._id}`, code: text(r.sku), detail: null }),
  },
  rep: {
    collection: "employees",
    fields: ["name", "number", "title"],
    search: ["name", "number"],
    none: "No sales rep",
    unknown: "Employee",
    name: (r) => ({ name: text(r.name) ?? text(r.number) ?? `Employee ${r._id}`, code: null, detail: text(r.title) }),
  },
  channel: {
    collection: "departments",
    fields: ["name", "fullName"],
    search: ["name", "fullName"],
    none: "No channel",
    unknown: "Department",
    name: plain,
  },
  class: {
    collection: "classifications",
    fields: ["name", "fullName"],
    search: ["name", "fullName"],
    none: "No class",
    unknown: "Class",
    name: plain,
  },
};

/** More ids than this are looked up by reading the whole collection, which is quicker than so many keys. */
const MANY = 2000;

/**
 * The names of records, by id. Tombstones are read on purpose: an order keeps the name of a customer that was deleted since;
 * its name then says so.
 *
 * @param scope whose rows: under a limit by sales rep, the name of another rep stands beside no customer
 * @param ids null stands for orders on which the field is empty
 * @returns a name for every id that was asked for, also for those that are not in the mirror
 */
export async function readNames(
  store: MartStore,
  scope: Scope,
  by: SalesBy,
  ids: Iterable<number | null>,
): Promise<Map<number | null, RecordName>> {
  const naming = NAMING[by];
  const wanted = new Set(ids);
  const names = new Map<number | null, RecordName>();
  for (const id of wanted) names.set(id, unknownName(naming, id));
  const keys = [...wanted].filter((id) => id !== null);
  if (keys.length === 0) return names;
  const records = await collectionOf(store, naming).find(keys.length > MANY ? {} : { _id: { $in: keys } }, {
    projection: { ...Object.fromEntries(naming.fields.map((field) => [field, 1])), deletedAt: 1 },
    batchSize: 5000,
  }).toArray();
  const reps = by === "customer" ? await readReps(store, scope, records.map((record) => record.salesRep)) : null;
  for (const record of records) {
    if (!wanted.has(record._id)) continue;
    const name = naming.name(record);
    if (record.deletedAt) name.name += " (deleted)";
    if (reps && typeof record.salesRep === "number") name.detail = reps.get(record.salesRep)?.name ?? null;
    names.set(record._id, name);
  }
  return names;
}

/** The names of the reps of customers; one whose row the scope hides is as unknown as one that is not there. */
async function readReps(store: MartStore, scope: Scope, ids: unknown[]): Promise<Map<number | null, RecordName>> {
  const all = new Set(ids.filter((id): id is number => typeof id === "number")), { salesReps } = scope.limits;
  const names = await readNames(store, scope, "rep", [...all].filter((id) => !salesReps || salesReps.includes(id)));
  for (const id of all) if (!names.has(id)) names.set(id, unknownName(NAMING.rep, id));
  return names;
}

/** The ids of the records whose name or number holds the text, in any case; null where the name for "empty" holds it. */
export async function findByName(store: MartStore, by: SalesBy, words: string): Promise<Set<number | null>> {
  const naming = NAMING[by];
  const wanted = words.toLowerCase();
  const directory = await readDirectory(store, directoryOf(naming));
  const ids = directory
    ? new Set<number | null>([...directory].filter(([, entry]) => entry.words.includes(wanted)).map(([id]) => id))
    : await askByName(store, naming, words);
  if (naming.none.toLowerCase().includes(wanted)) ids.add(null);
  return ids;
}

/** The names of these ids, for sorting by them. */
export async function readSortNames(
  store: MartStore,
  scope: Scope,
  by: SalesBy,
  ids: (number | null)[],
): Promise<Map<number | null, string>> {
  const naming = NAMING[by];
  const directory = await readDirectory(store, directoryOf(naming));
  if (!directory) return new Map([...await readNames(store, scope, by, ids)].map(([id, { name }]) => [id, name]));
  return new Map(
    ids.map((id) => [id, (id === null ? undefined : directory.get(id)?.name) ?? unknownName(naming, id).name]),
  );
}

async function askByName(store: MartStore, naming: Naming, words: string): Promise<Set<number | null>> {
  const holds = { $regex: words.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&"), $options: "i" };
  const found = await collectionOf(store, naming)
    .find({ $or: naming.search.map((field) => ({ [field]: holds })) }, { projection: { _id: 1 }, batchSize: 5000 })
    .toArray();
  return new Set<number | null>(found.map((record) => record._id));
}

function directoryOf(naming: Naming) {
  return { collection: naming.collection, fields: naming.fields, entry: naming.name };
}

function unknownName(naming: Naming, id: number | null): RecordName {
  return { name: id === null ? naming.none : `${naming.unknown} ${id}`, code: null, detail: null };
}

function collectionOf(store: MartStore, naming: Naming): Collection<Document & { _id: number }> {
  return store.collection<Document & { _id: number }>(naming.collection);
}
