import type { Document } from "mongodb";
import { noSums, numericKeys, type RecordSums, type Sums } from "../sources/netsuite/proof.ts";
import type { Store } from "../store/connect.ts";
import { LIVE } from "../store/live.ts";
import type { Stream } from "../streams/define.ts";
import { fieldOf } from "./read_chunk.ts";

/** Documents that are left out of a comparison: those whose newest version is in quarantine. */
export type LeftOut = (number | string)[];

/** The same sums as {@link bucketSums} asks of NetSuite, of what the mirror shows. MongoDB does the adding. */
export async function mirrorBuckets(
  store: Store,
  stream: Stream,
  width: number,
  leftOut: LeftOut,
): Promise<Map<number, Sums>> {
  const bucket = { $trunc: { $divide: [`$${firstField(stream)}`, width] } };
  const found = await sum(store, stream, { ...LIVE, ...without(leftOut) }, bucket);
  return new Map([...found].map(([key, sums]) => [Number(key), sums]));
}

/** Sums of each document of a range `low <= first key column < high`. */
export async function mirrorRecords(
  store: Store,
  stream: Stream,
  low: number,
  high: number,
  leftOut: LeftOut,
): Promise<Map<string, RecordSums>> {
  const range = { [firstField(stream)]: { $gte: low, $lt: high } };
  const filter = leftOut.length > 0 ? { $and: [{ ...LIVE, ...range }, without(leftOut)] } : { ...LIVE, ...range };
  const found = await sum(store, stream, filter, "$_id");
  return new Map([...found].map(([key, sums]) => [key, { key, ...sums }]));
}

/** The field that chunks and buckets are cut by. */
export function firstField(stream: Stream): string {
  return stream.key.length === 1 ? "_id" : fieldOf(stream, stream.key[0]!);
}

async function sum(store: Store, stream: Stream, filter: Document, by: unknown): Promise<Map<string, Sums>> {
  const decimals = stream.children?.proof ? await decimalsOf(store) : new Map<string, number>();
  const unknown = decimals.size === 0 ? 2 : 0; // an account without currencies: two, as its amounts are read
  const group: Document = { _id: { by, currency: stream.children?.proof ? "$currency" : null }, rows: { $sum: 1 } };
  numericKeys(stream).forEach((column, n) => {
    group[`k${n}`] = { $sum: stream.key.length === 1 ? "$_id" : `$${fieldOf(stream, column)}` };
  });
  if (stream.cursor) group.stamps = { $sum: { $divide: [{ $toLong: "$source.modifiedAt" }, 1000] } };
  stream.proof.forEach((field, n) => group[`m${n}`] = { $sum: `$${field}` });
  if (stream.children) {
    const lines = `$${stream.children.field}`;
    group.children = { $sum: { $size: lines } };
    group.childKeys = { $sum: { $sum: `${lines}.key` } };
    if (stream.children.proof) {
      group.amounts = { $sum: { $sum: { $map: { input: lines, in: { $abs: `$$this.${stream.children.proof}` } } } } };
    }
  }
  const buckets = new Map<string, Sums>();
  for await (const row of store.collection(stream.name).aggregate([{ $match: filter }, { $group: group }])) {
    const key = String(row._id.by), sums = buckets.get(key) ?? noSums(stream);
    buckets.set(key, sums);
    sums.rows += Number(row.rows);
    sums.keys = sums.keys.map((value, n) => value + Number(row[`k${n}`]));
    sums.stamps += Number(row.stamps ?? 0);
    sums.measures = sums.measures.map((value, n) => value + Number(row[`m${n}`]));
    sums.children.rows += Number(row.children ?? 0);
    sums.children.keys += Number(row.childKeys ?? 0);
    sums.children.amounts += Number(row.amounts ?? 0) / 10 ** (decimals.get(row._id.currency) ?? unknown);
  }
  return buckets;
}

async function decimalsOf(store: Store): Promise<Map<string, number>> {
  const currencies = await store.collection<{ symbol: string; precision: number }>("currencies").find().toArray();
  return new Map(currencies.map(({ symbol, precision }) => [symbol, precision]));
}

function without(leftOut: LeftOut): Document {
  return leftOut.length > 0 ? { _id: { $nin: leftOut } } : {};
}
