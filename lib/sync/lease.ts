import type { Filter, UpdateFilter } from "mongodb";
import type { Clock } from "../clock.ts";
import { LeaseLostError } from "../errors.ts";
import type { ChunkDocument, Ledger, RunDocument } from "./ledger.ts";

/** Who takes up chunks, and for how long at a time. */
export interface Holder {
  /** Names the process: `host:pid:random`. */
  owner: string;
  leaseMs: number;
  clock: Clock;
}

/** A chunk that this worker holds. */
export interface Held {
  chunk: ChunkDocument;
  token: number;
}

/**
 * Takes up the next chunk of a run that may begin: waiting and due, or held by a worker that has fallen silent, with every
 * group that it needs over.
 *
 * The token comes from one growing sequence. Whoever took the chunk before still has the older one, and can change
 * nothing any more: a lease alone would not stop a worker that slept through its end (Kleppmann, "How to do distributed
 * locking", 2016).
 *
 * @returns null when there is nothing to begin just now
 */
export async function claim(ledger: Ledger, run: RunDocument, holder: Holder): Promise<Held | null> {
  const now = holder.clock.now();
  const ofRun: Filter<ChunkDocument> = { runId: run._id, plan: { $in: [run.plan, null] } };
  const open = await ledger.chunks.distinct("group", { ...ofRun, status: { $in: ["waiting", "working"] } });
  if (open.length === 0) return null;
  const free: Filter<ChunkDocument> = {
    ...ofRun,
    needs: { $nin: open },
    $or: [
      { status: "waiting", notBefore: { $lte: now } },
      { status: "working", "lease.until": { $lt: now } },
    ],
  };
  if (!await ledger.chunks.findOne(free, { projection: { _id: 1 } })) return null; // no token drawn for nothing
  const token = await ledger.next("token");
  const before = await ledger.chunks.findOneAndUpdate(
    free,
    {
      $set: { status: "working", lease: { token, owner: holder.owner, until: untilOf(holder) } },
      $inc: { attempts: 1 },
    },
    { sort: { seq: 1 }, returnDocument: "before" },
  );
  if (!before) return null;
  const isTakeOver = before.status === "working";
  if (isTakeOver) {
    await ledger.chunks.updateOne({ _id: before._id, "lease.token": token }, { $inc: { restarts: 1 } });
  }
  const { attempts, restarts } = before;
  return { chunk: { ...before, attempts: attempts + 1, restarts: restarts + Number(isTakeOver) }, token };
}

/**
 * How often a chunk was tried by a worker that lived to tell, this time included: a try that was cut off by the end of its
 * process says nothing against the chunk.
 */
export function triesOf({ attempts, restarts }: Pick<ChunkDocument, "attempts" | "restarts">): number {
  return Math.max(1, attempts - restarts);
}

/**
 * Changes a chunk in the name of its token.
 *
 * @throws {LeaseLostError} when another worker holds it now, or its run has ended
 */
export async function change(ledger: Ledger, held: Held, update: UpdateFilter<ChunkDocument>): Promise<void> {
  const done = await ledger.chunks.updateOne(
    { _id: held.chunk._id, "lease.token": held.token, status: "working" },
    update,
  );
  if (done.matchedCount === 0) throw new LeaseLostError(held.chunk._id);
}

/**
 * Keeps a lease alive while work goes on that may be slow, and fires its signal when the lease is lost: work in flight
 * then stops by itself.
 */
export function keepLease(ledger: Ledger, held: Held, holder: Holder, stop: AbortController): Disposable {
  let renewing = false;
  const timer = setInterval(async () => {
    if (renewing) return;
    renewing = true;
    try {
      await change(ledger, held, { $set: { "lease.until": untilOf(holder) } });
    } catch (error) {
      // MongoDB away: the lease may run out, but the token guards every write; only a lost lease is final
      if (error instanceof LeaseLostError) stop.abort(error);
    } finally {
      renewing = false;
    }
  }, Math.max(200, holder.leaseMs / 3));
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** When a lease taken or renewed now ends. */
export function untilOf(holder: Holder): Date {
  return new Date(+holder.clock.now() + holder.leaseMs);
}
