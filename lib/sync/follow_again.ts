import { STREAMS } from "../streams/registry.ts";
import type { Ledger } from "./ledger.ts";
import type { Work } from "./work.ts";

/**
 * Streams that follow others take up what runs after the last followed one have written. Where a run writes to a followed
 * stream after its followers were closed, as a proof that repairs does, or a run with a lower number than one that was
 * followed already, their mark is put back: to be called before the first such write, so that a crash between loses nothing.
 *
 * @param followed names of streams that are about to be written to
 * @param runId the run in whose name they are
 */
export async function followAgain(
  { states }: Pick<Ledger, "states">,
  followed: Iterable<string>,
  runId: number,
): Promise<void> {
  const followers = followersOf(followed);
  if (followers.length === 0) return;
  await states.updateMany(
    { _id: { $in: followers }, followedRunId: { $gte: runId } },
    { $set: { followedRunId: runId - 1 } },
  );
}

/**
 * Notes that a replay has written to a stream, for those that follow it. Unlike {@link followAgain} it may happen beside a
 * run, which might put the followers' mark beyond what it has seen: so it waits for the plan of the next one. To be called
 * after the write and before its rows leave quarantine: a replay that dies in between is done again.
 */
export async function followReplayed(
  { states }: Pick<Ledger, "states">,
  followed: string,
  runId: number,
): Promise<void> {
  const followers = followersOf([followed]);
  if (followers.length > 0) await states.updateMany({ _id: { $in: followers } }, { $min: { replayedIn: runId } });
}

/** Puts the marks of a run's followers back to before what was replayed since the last plan. */
export async function takeUpReplayed({ states }: Pick<Ledger, "states">, names: readonly string[]): Promise<void> {
  const replayed = await states.find({ _id: { $in: [...names] }, replayedIn: { $ne: null } }).toArray();
  for (const { _id, followedRunId, replayedIn } of replayed) {
    const mark = followedRunId === null ? null : Math.min(followedRunId, replayedIn! - 1);
    // another replay may have noted itself meanwhile: then the next plan takes it up
    await states.updateOne({ _id, replayedIn }, { $set: { followedRunId: mark }, $unset: { replayedIn: "" } });
  }
}

function followersOf(followed: Iterable<string>): string[] {
  const names = new Set(followed);
  return STREAMS.filter(({ follows }) => follows && names.has(follows.stream)).map(({ name }) => name);
}

/**
 * Takes {@link followAgain} back for a stream that was just proved equal, after the proof of the one it follows had ended:
 * all of its rows are level with whatever that proof has repaired. Without this, the next run would ask for the rows of all
 * that a full run has written.
 */
export async function followedByProof(work: Work): Promise<void> {
  const { run, ledger, held: { chunk, token } } = work;
  const followed = STREAMS.find(({ name }) => name === chunk.stream)?.follows?.stream;
  if (!followed) return;
  const parent = { runId: run._id, plan: run.plan, group: `proof:${followed}`, status: "done" } as const;
  if (!await ledger.chunks.findOne(parent, { projection: { _id: 1 } })) return;
  await ledger.states.updateOne(
    { _id: chunk.stream, followedRunId: run._id - 1, fence: { $lte: token } },
    { $set: { followedRunId: run._id } },
  );
}
