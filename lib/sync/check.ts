import { pause } from "../clock.ts";
import { AppError } from "../errors.ts";
import { countOf } from "../sources/netsuite/read.ts";
import { TOMBSTONES } from "../store/live.ts";
import type { Stream } from "../streams/define.ts";
import { countQuarantine } from "./quarantine.ts";
import { finish, type Work } from "./work.ts";

const TRIES = 3, WAIT_MS = 1_000;

/**
 * Compares how many rows NetSuite has with how many the mirror has, for every stream that this run read whole. A run is
 * complete only when source = mirror + quarantine: never green when short.
 *
 * The source goes on living meanwhile. What was changed after the run's window may be missing here or there until the
 * next run, so the difference may be as large as the number of those rows, and no larger.
 *
 * @throws {AppError} `counts_differ`, with both counts of every stream that differs
 */
export async function checkCounts(work: Work): Promise<void> {
  const { run } = work;
  let open = work.streams.filter((stream) => run.plans[stream.name]?.mode === "full");
  let differing: string[] = [];
  for (let tries = 1; open.length > 0 && tries <= TRIES; tries++) {
    if (tries > 1) await pause(WAIT_MS * tries, work.signal);
    differing = [];
    const left: Stream[] = [];
    for (const stream of open) {
      const fault = await compare(work, stream);
      if (!fault) continue;
      left.push(stream);
      differing.push(fault);
    }
    open = left;
  }
  if (open.length > 0) throw new AppError(differing.join(" "), "counts_differ", "abort");
  await finish(work, {});
}

async function compare(work: Work, stream: Stream): Promise<string | null> {
  const source = await countOf(work.reader, stream, work.run.to!);
  const collection = work.store.collection(stream.name);
  const [all, tombstones, quarantined] = await Promise.all([
    collection.countDocuments({}),
    collection.countDocuments(TOMBSTONES),
    countQuarantine(work.store, stream.name),
  ]);
  const mirrored = all - tombstones;
  const held = mirrored + quarantined.unmirrored;
  if (Math.abs(source.rows - held) <= source.later) return null;
  return `NetSuite has ${source.rows} ${stream.name}, the mirror has ${mirrored}` +
    `${quarantined.unmirrored > 0 ? ` and ${quarantined.unmirrored} more in quarantine` : ""}.`;
}
