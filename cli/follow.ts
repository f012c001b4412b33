import { pause } from "../lib/clock.ts";
import type { RunView } from "../lib/sync/views.ts";
import { cancelled } from "./cancel.ts";
import type { CommandParts } from "./command.ts";
import { EXIT, type ExitCode, exitOfRun } from "./exit.ts";
import { runLine, runName, runResult } from "./output.ts";

const LOOK_MS = 500;
/** For how long nobody may hold a chunk of the run before this process takes it up. */
const PATIENCE_MS = 3_000;
/** How long a second Ctrl-C is waited for. */
const SECOND_MS = 3_000;

/**
 * Follows a run to its end, whoever works on it. Where nobody does, this process works off the ledger itself; the leases
 * divide the work should somebody come back.
 *
 * Ctrl-C leaves the run to the workers, a second one cancels it.
 */
export async function followRun(parts: CommandParts, id: number): Promise<ExitCode> {
  const { engine, output, interrupt, given } = parts;
  const wake = new AbortController();
  interrupt.onInterrupt(() => wake.abort());
  if (given.has("work")) engine.work();
  let lastSeen = Date.now(), isTold = given.has("work");
  while (true) {
    const run = await viewOf(parts, id);
    if (run.endedAt || run.status === "paused") return ended(parts, run);
    output.progress("progress", { run }, run.rowsExpected === null ? null : run.share, runLine(run));
    if (interrupt.count > 0) return await interrupted(parts, run);
    if (await isWorkedOn(parts, [id, ...run.waitsFor])) lastSeen = Date.now();
    else if (!isTold && Date.now() - lastSeen >= PATIENCE_MS) {
      isTold = true;
      engine.work();
      output.event("working", { run: id, here: true }, "No worker has taken it up: it is worked on here.");
    }
    await pause(LOOK_MS, wake.signal);
  }
}

async function viewOf({ engine }: CommandParts, id: number): Promise<RunView> {
  const run = await engine.sync.run(id);
  if (!run) throw new Error(`Run ${id} has vanished from the ledger`);
  const { chunks: _, ...view } = run;
  return view;
}

/** Whether somebody holds a chunk of one of these runs. */
async function isWorkedOn({ engine }: CommandParts, ids: number[]): Promise<boolean> {
  return await engine.ledger.chunks.findOne({ runId: { $in: ids }, "lease.until": { $gt: new Date() } }, {
    projection: { _id: 1 },
  }) !== null;
}

function ended({ output }: CommandParts, run: RunView): ExitCode {
  const code = exitOfRun(run);
  output.result(code, { run }, runResult(run));
  return code;
}

async function interrupted(parts: CommandParts, run: RunView): Promise<ExitCode> {
  const { engine, output, interrupt, terminal } = parts;
  const says = `${runName(run)} goes on in the background, or with the next worker.`;
  output.event("interrupted", { run: run.id }, terminal.isLive ? `${says} Ctrl-C again cancels it.` : says);
  const second = new AbortController();
  interrupt.onInterrupt(() => second.abort());
  const resting = engine.rest(); // gives back what this process holds
  await Promise.all([resting, terminal.isLive && interrupt.count < 2 ? pause(SECOND_MS, second.signal) : null]);
  const last = interrupt.count < 2 ? run : await cancelled(parts, run.id); // after resting: nobody else may be there to end it
  output.result(EXIT.interrupted, { run: last }, last.status === "cancelled" ? `${runName(last)} is cancelled.` : null);
  return EXIT.interrupted;
}
