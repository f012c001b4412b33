import { AppError } from "../errors.ts";
import { bucketSums, type RecordSums, recordSums, type Sums } from "../sources/netsuite/proof.ts";
import { readFollowing } from "../sources/netsuite/read.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";
import type { MirrorDocument } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { applyPage } from "./apply.ts";
import { buryIfGone } from "./bury.ts";
import type { ProofDocument } from "./ledger.ts";
import { firstField, mirrorBuckets, mirrorRecords } from "./mirror_sums.ts";
import { leftOutKeys } from "./quarantine.ts";
import { finish, type Work } from "./work.ts";

/** Buckets that a stream is meant to have: all fit one page of an answer, with room for keys that came since. */
const BUCKETS = 500;
/** Amounts are decimals there and minor units here; sums of many may differ in the last digits of a double. */
const TOLERANCE = 0.004;

/**
 * Proves that the mirror of a stream equals its source: both add up the same things bucket by bucket (how many rows, their
 * keys, their change times, their lines and amounts). Only a bucket that differs is looked into, record by record; what
 * differs is read again, and the bucket compared once more.
 *
 * The source goes on living: a record that changed after the run's window is no difference, the next run brings it.
 *
 * @throws {AppError} `proof_failed` when a difference stays
 */
export async function proveStream(work: Work, stream: Stream): Promise<void> {
  const width = await widthOf(work, stream);
  const leftOut = await leftOutKeys(work.store, stream.name);
  const withLeftOut = new Set(leftOut.map((key) => Math.floor(firstOf(key) / width)));
  const [source, mirror] = await Promise.all([
    bucketSums(work.reader, stream, width),
    mirrorBuckets(work.store, stream, width, leftOut),
  ]);
  const suspects = [...new Set([...source.keys(), ...mirror.keys()])].filter((bucket) => {
    const here = mirror.get(bucket), there = source.get(bucket);
    return withLeftOut.has(bucket) || !here || !there || !isEqual(here, there);
  });
  let repaired = 0, later = 0;
  const differing: string[] = [];
  for (const bucket of suspects) {
    const found = await repairBucket(work, stream, bucket * width, (bucket + 1) * width, leftOut);
    repaired += found.repaired;
    later += found.later;
    differing.push(...found.differing);
  }
  const rows = [...source.values()].reduce((all, sums) => all + sums.rows, 0);
  // a dry run only tells how many records a proof would have to mend
  if (work.run.isDryRun) return await finish(work, { written: differing.length });
  await keepProof(work, stream, {
    rows,
    buckets: source.size,
    looked: suspects.length,
    repaired,
    later,
    differing: differing.length,
  });
  if (differing.length > 0) {
    throw new AppError(
      `${differing.length} of ${rows} ${stream.name} still differ from NetSuite after they were read again: ` +
        `${differing.slice(0, 5).join(", ")}${differing.length > 5 ? " …" : ""}.`,
      "proof_failed",
      "abort",
    );
  }
  await finish(work, {});
}

/** Compares the records of one bucket, reads again what differs, and tells what differs even then. */
async function repairBucket(work: Work, stream: Stream, low: number, high: number, leftOut: (number | string)[]) {
  let repaired = 0;
  // without a change time, a record that is changing just now looks like one that differs: it gets more looks
  const most = stream.cursor ? 2 : 5;
  for (let tries = 1;; tries++) {
    const [source, mirror] = [
      await recordSums(work.reader, stream, low, high),
      await mirrorRecords(work.store, stream, low, high, leftOut),
    ];
    for (const key of leftOut) source.delete(String(key));
    const all = [...new Set([...source.keys(), ...mirror.keys()])];
    const differs = all.filter((key) =>
      !source.has(key) || !mirror.has(key) || !isEqual(source.get(key)!, mirror.get(key)!)
    );
    const later = differs.filter((key) => isLater(work, stream, source.get(key)));
    const wrong = differs.filter((key) => !later.includes(key));
    if (work.run.isDryRun) return { repaired: 0, later: later.length, differing: wrong };
    if (wrong.length === 0 || tries === most) return { repaired, later: later.length, differing: wrong };
    await readAgain(work, stream, wrong.filter((key) => source.has(key)));
    await buryIfGone(
      work,
      stream,
      wrong.filter((key) => !source.has(key)).map((key) => keyFrom(stream, key)),
      "Not in NetSuite, found by a proof",
    );
    repaired = Math.max(repaired, wrong.length);
    work.signal.throwIfAborted();
  }
}

/** Reads records again and writes them whatever the mirror believes to know of them. */
async function readAgain(work: Work, stream: Stream, keys: string[]): Promise<void> {
  const collection = work.store.collection<MirrorDocument>(stream.name);
  for (let at = 0; at < keys.length; at += 500) {
    const some = keys.slice(at, at + 500);
    await collection.updateMany(
      { _id: { $in: some.map((key) => keyFrom(stream, key)) } },
      { $set: { "source.hash": "", "source.modifiedAt": null } },
    );
    const firsts = [...new Set(some.map((key) => key.split("-")[0]!))];
    let after: Key | null = null;
    do {
      const page = await readFollowing(work.reader, stream, stream.key[0]!, firsts, after);
      await applyPage(work.store, stream, page, work.run._id);
      after = page.next;
    } while (after);
  }
}

/** Whether the record changed after the window of the run: then the next one brings it. */
function isLater(work: Work, stream: Stream, sums: RecordSums | undefined): boolean {
  return stream.cursor !== null && sums !== undefined && sums.stamps * 1000 >= +work.run.to!;
}

function isEqual(a: Sums, b: Sums): boolean {
  return a.rows === b.rows && a.stamps === b.stamps && a.keys.every((key, n) => key === b.keys[n]) &&
    a.measures.every((value, n) => isNear(value, b.measures[n]!)) && a.children.rows === b.children.rows &&
    a.children.keys === b.children.keys && isNear(a.children.amounts, b.children.amounts);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE + Math.abs(a) * 1e-12;
}

async function widthOf(work: Work, stream: Stream): Promise<number> {
  const field = firstField(stream);
  const [last] = await work.store.collection(stream.name).find({}, {
    projection: { [field]: 1 },
    sort: { [field]: -1 },
    limit: 1,
  }).toArray();
  return Math.max(1, Math.ceil((Number(last?.[field] ?? 0) + 1) / BUCKETS));
}

async function keepProof(
  work: Work,
  stream: Stream,
  found: Pick<ProofDocument, "rows" | "buckets" | "looked" | "repaired" | "later" | "differing">,
): Promise<void> {
  const outcome = found.differing > 0 ? "differs" : found.repaired > 0 ? "repaired" : "proved";
  const proof: ProofDocument = {
    _id: `${stream.name}/${work.run._id}`,
    stream: stream.name,
    runId: work.run._id,
    at: work.reader.now(),
    upTo: work.run.to!,
    outcome,
    ...found,
  };
  await work.ledger.proofs.replaceOne({ _id: proof._id }, proof, { upsert: true });
}

function keyFrom(stream: Stream, key: string): number | string {
  return stream.key.length === 1 ? Number(key) : key;
}

function firstOf(key: number | string): number {
  return Number(String(key).split("-")[0]);
}
