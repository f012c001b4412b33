import type { Document } from "mongodb";
import { type RecordSums, recordSums, type Sums } from "../sources/netsuite/proof.ts";
import { readFollowing } from "../sources/netsuite/read.ts";
import { DELETED, type Key } from "../sources/netsuite/suiteql.ts";
import { deletedIn } from "../sources/netsuite/survey.ts";
import type { MirrorDocument } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { keyParts } from "../streams/key.ts";
import { streamOfDeleted } from "../streams/registry.ts";
import { keyAlias } from "../streams/shape.ts";
import { alteredDocuments } from "./altered.ts";
import { bringPage } from "./apply.ts";
import { buryIfGone, markDaysOf } from "./bury.ts";
import { followAgain } from "./follow_again.ts";
import { mirrorRecords } from "./mirror_sums.ts";
import { leftOutKeys } from "./quarantine.ts";
import { checkHeld, type Work } from "./work.ts";

/** Amounts are decimals there and minor units here; sums of many may differ in the last digits of a double. */
const TOLERANCE = 0.004;

const END_OF_TIME = new Date("9999-01-01T00:00:00Z");

/** What a proof has found so far; records by their key. */
export interface Findings {
  work: Work;
  stream: Stream;
  /** Differed without a reason, and were read again. */
  repaired: Set<string>;
  /** Changed in NetSuite after the run had read them. */
  later: Set<string>;
  /** Differ even so. */
  differing: string[];
  /** What was deleted after the run's window; asked for when it is needed. */
  deleted?: Promise<Set<string>>;
  /** Whether those that rely on what was read before know that it is repaired. */
  isTold?: boolean;
}

/**
 * Brings back documents that are not what was written, before anything is added up: a key or a number that has become
 * something else would spoil the sums of a whole bucket.
 *
 * @returns what stays as it is, in a dry run: to be left out of the sums
 */
export async function repairAltered(found: Findings): Promise<(number | string)[]> {
  const { work, stream, repaired, differing } = found;
  const { changed, foreign } = await alteredDocuments(work.store, stream, undefined, work.signal);
  if (work.run.isDryRun) {
    const all = [...changed, ...foreign];
    differing.push(...all.map(String));
    return all as (number | string)[];
  }
  if (foreign.length > 0) {
    await tellOthers(found);
    const gone = { deletedAt: work.reader.now(), deleteReason: "Not a record of NetSuite, found by a proof" };
    const mark = await markDaysOf(work.store, stream, foreign as (number | string)[]);
    const documents = work.store.collection<Document>(stream.name);
    await documents.updateMany({ _id: { $in: foreign } } as Document, { $set: gone });
    await mark?.written();
  }
  await readAgain(found, changed.map(String));
  for (const key of [...changed, ...foreign]) repaired.add(String(key));
  return [];
}

/**
 * Compares the records of a range, reads again what differs, and notes what differs even then. A record that was found equal
 * is proved: if it differs at a later look, it has changed since. So has one whose values in NetSuite differ from look to look.
 */
export async function repairRange(
  found: Findings,
  low: number,
  high: number,
  leftOut: (number | string)[],
): Promise<void> {
  const { work, stream, repaired, later } = found;
  // without a change time, a record that is changing just now looks like one that differs: it gets more looks
  const most = stream.cursor ? 2 : 5;
  let unproved: Map<string, RecordSums | undefined> | null = null; // as NetSuite had them at the look before; null: all
  for (let tries = 1;; tries++) {
    // what was read again may have been refused, e.g. since two rows share its key
    if (tries > 1) leftOut = [...new Set([...leftOut, ...await leftOutKeys(work.store, stream.name)])];
    const [source, mirror] = [
      await recordSums(work.reader, stream, low, high),
      await mirrorRecords(work.store, stream, low, high, leftOut),
    ];
    if (tries === 1 && !work.run.isDryRun) await dropGone(found, leftOut, low, high, source);
    for (const key of leftOut) source.delete(String(key));
    const all = [...new Set([...source.keys(), ...mirror.keys()])];
    const wrong: string[] = [], late: string[] = [];
    for (const key of all) {
      const there = source.get(key), here = mirror.get(key);
      if (there && here && isEqual(there, here)) continue;
      const isOpen = unproved === null || (unproved.has(key) && isSame(unproved.get(key), there));
      const isLate = isLater(work, stream, there);
      if (isOpen && !isLate) wrong.push(key);
      else later.add(key);
      if (isLate) late.push(key);
    }
    // no run looks for these rows by their change time, and their record may have been read anew by its own proof
    if (stream.follows && tries === 1 && !work.run.isDryRun) await readAgain(found, late);
    if (wrong.length === 0) return;
    if (tries === most || work.run.isDryRun) return void found.differing.push(...wrong);
    const gone = wrong.filter((key) => !source.has(key));
    const deleted = gone.length > 0 ? await (found.deleted ??= deletedAfter(work, stream)) : new Set<string>();
    for (const key of wrong) {
      // whole as it was written, its stream read to the end in this run, and yet another value: it has moved since
      const hasMoved = !stream.cursor && source.has(key) && mirror.has(key);
      if (hasMoved || deleted.has(key)) later.add(key);
      else if (!later.has(key)) repaired.add(key);
    }
    await readAgain(found, wrong.filter((key) => source.has(key)));
    await buryGone(found, gone.map((key) => keyFrom(stream, key)));
    unproved = new Map(wrong.map((key) => [key, source.get(key)]));
    work.signal.throwIfAborted();
  }
}

/** Whether NetSuite tells the same of a record as at the look before. */
function isSame(before: RecordSums | undefined, now: RecordSums | undefined): boolean {
  return before === undefined || now === undefined ? before === now : isEqual(before, now);
}

/** Rows in quarantine, and rows that a person has mended, whose record NetSuite does not have any more. */
async function dropGone(
  found: Findings,
  leftOut: (number | string)[],
  low: number,
  high: number,
  source: Map<string, RecordSums>,
) {
  const { stream } = found;
  const inBucket = leftOut.filter((key) => firstOf(stream, key) >= low && firstOf(stream, key) < high);
  const gone = inBucket.filter((key) => !source.has(String(key)));
  await buryGone(found, gone);
}

async function buryGone(found: Findings, keys: (number | string)[]): Promise<void> {
  if (keys.length === 0) return;
  await tellOthers(found);
  await buryIfGone(found.work, found.stream, keys, "Not in NetSuite, found by a proof");
}

/**
 * Before the first repair: followers were closed before the proofs began, and would not look at this run's writes again. And
 * the fingerprint of the stream's own reading stands for less than the mirror has from now on.
 */
async function tellOthers(found: Findings): Promise<void> {
  if (found.isTold) return;
  const { work: { ledger, run }, stream } = found;
  await followAgain(ledger, [stream.name], run._id);
  await ledger.states.updateOne({ _id: stream.name, print: { $ne: null } }, { $set: { print: null } });
  found.isTold = true;
}

/** Ids of what was deleted after the run's window: the next run would have buried it. */
async function deletedAfter(work: Work, stream: Stream): Promise<Set<string>> {
  const ids = new Set<string>();
  if (stream.deletedTypes.length === 0 || work.reader.gaps.has(DELETED)) return ids;
  for await (const page of deletedIn(work.reader, { from: work.run.to!, to: END_OF_TIME })) {
    for (const { type, recordId } of page) if (streamOfDeleted(type)?.name === stream.name) ids.add(recordId);
  }
  return ids;
}

/** Reads records again and writes them whatever the mirror believes to know of them. */
async function readAgain(found: Findings, keys: string[]): Promise<void> {
  const { work, stream } = found;
  if (keys.length > 0) await tellOthers(found);
  const collection = work.store.collection<MirrorDocument>(stream.name);
  for (let at = 0; at < keys.length; at += 500) {
    const some = keys.slice(at, at + 500), asked = new Set(some);
    await checkHeld(work);
    await collection.updateMany(
      { _id: { $in: some.map((key) => keyFrom(stream, key)) } },
      { $set: { "source.hash": "", "source.modifiedAt": null } },
    );
    const firsts = [...new Set(some.map((key) => keyParts(stream, key)[0]!))];
    let after: Key | null = null;
    do {
      const page = await readFollowing(work.reader, stream, stream.key[0]!, firsts, after);
      // other rows under the same first key column are left to be found by the sums, so that they are counted too
      const rows = page.rows.filter(({ raw }) => asked.has(stream.key.map((_, n) => raw[keyAlias(n)]).join("-")));
      await bringPage(work, stream, { ...page, rows });
      after = page.next;
    } while (after);
  }
}

/** Whether the record changed after the window of the run: then the next one brings it. */
function isLater(work: Work, stream: Stream, sums: RecordSums | undefined): boolean {
  return stream.cursor !== null && sums !== undefined && sums.stamps * 1000 >= +work.run.to!;
}

/** Whether two sums are the same, amounts within what doubles and minor units differ. */
export function isEqual(a: Sums, b: Sums): boolean {
  return a.rows === b.rows && a.stamps === b.stamps && a.keys.every((key, n) => key === b.keys[n]) &&
    a.measures.every((value, n) => isNear(value, b.measures[n]!)) && a.children.rows === b.children.rows &&
    a.children.keys === b.children.keys && isNear(a.children.amounts, b.children.amounts);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE + Math.abs(a) * 1e-12;
}

function keyFrom(stream: Stream, key: string): number | string {
  return stream.key.length === 1 ? Number(key) : key;
}

/** The first key column of a record: what buckets are cut by. */
export function firstOf(stream: Stream, key: number | string): number {
  return Number(keyParts(stream, key)[0]);
}
