import { AppError } from "../errors.ts";
import { settleDirty } from "../marts/sales.ts";
import type { Stream } from "../streams/define.ts";
import { followedByProof } from "./follow_again.ts";
import type { ProofDocument } from "./ledger.ts";
import { mirrorBuckets } from "./mirror_sums.ts";
import { boundsOf, rangesOf, sourceBuckets } from "./proof_buckets.ts";
import { type Findings, firstOf, isEqual, repairAltered, repairRange } from "./proof_repair.ts";
import { leftOutKeys } from "./quarantine.ts";
import { checkHeld, finish, type Work } from "./work.ts";

/**
 * Proves that the mirror of a stream equals its source: both add up the same things bucket by bucket (how many rows, their
 * keys, their change times, their lines and amounts), and each document is compared with the digest that it was written
 * with. Only a bucket that differs is looked into, record by record; what differs is read again, and the bucket compared
 * once more.
 *
 * The source goes on living: what was changed or deleted after the run's window is no difference, the next run brings it.
 * Without change times, a document that is whole and yet differs has moved after it was read in this run.
 *
 * @throws {AppError} `proof_failed` when a difference stays
 */
export async function proveStream(work: Work, stream: Stream): Promise<void> {
  const proof: Findings = { work, stream, repaired: new Set(), later: new Set(), differing: [] };
  const altered = await repairAltered(proof);
  const leftOut = [...await leftOutKeys(work.store, stream.name), ...altered];
  const { width, source } = await sourceBuckets(work, stream);
  const mirror = await mirrorBuckets(work.store, stream, width, leftOut);
  const withLeftOut = new Set(leftOut.map((key) => Math.trunc(firstOf(stream, key) / width)).filter(Number.isFinite));
  const suspects = [...new Set([...source.keys(), ...mirror.keys()])].filter((bucket) => {
    const here = mirror.get(bucket), there = source.get(bucket);
    return withLeftOut.has(bucket) || !here || !there || !isEqual(here, there);
  });
  const rowsIn = (bucket: number) => Math.max(source.get(bucket)?.rows ?? 0, mirror.get(bucket)?.rows ?? 0);
  const buckets = [...new Set([...source.keys(), ...mirror.keys(), ...suspects])].sort((a, b) => a - b);
  for (const [first, last] of rangesOf(buckets, new Set(suspects), rowsIn)) {
    await repairRange(proof, boundsOf(first, width)[0], boundsOf(last, width)[1], leftOut);
  }
  const rows = [...source.values()].reduce((all, sums) => all + sums.rows, 0);
  const { repaired, later, differing } = proof;
  for (const key of repaired) later.delete(key);
  // a dry run only tells how many records a proof would have to mend
  if (work.run.isDryRun) return await finish(work, { written: differing.length });
  // the stream was closed before: days that a repair has changed are recounted here, those of a try that was cut off too
  if (stream.name === "transactions") await settleDirty(work.store);
  await checkHeld(work);
  await keepProof(work, stream, {
    rows,
    buckets: source.size,
    looked: suspects.length,
    repaired: repaired.size,
    later: later.size,
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
  await followedByProof(work);
  await finish(work, {});
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
