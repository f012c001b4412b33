import { pause } from "../lib/clock.ts";
import type { RunView } from "../lib/sync/views.ts";
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
    if (await isWorkedOn(parts, id)) lastSeen = Date.now();
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

async function isWorkedOn({ engine }: CommandParts, runId: number): Promise<boolean> {
  return await engine.ledger.chunks.findOne({ runId, "lease.until": { $gt: new Date() } }, {
    projection: { _id: 1 },
  }) !== null;
}

function ended({ output }: CommandParts, run: RunView): ExitCode {
  const code = exitOfRun(run);
  output.result(code, { run }, runResult(run));
  return code;
}

async function interrupted({ engine, output, interrupt, terminal }: CommandParts, run: RunView): Promise<ExitCode> {
  const says = `${runName(run)} goes on in the background, or with the next worker.`;
  output.event("interrupted", { run: run.id }, terminal.isLive ? `${says} Ctrl-C again cancels it.` : says);
  const second = new AbortController();
  interrupt.onInterrupt(() => second.abort());
  const resting = engine.rest(); // gives back what this process holds
  if (terminal.isLive && interrupt.count < 2) await pause(SECOND_MS, second.signal);
  await resting;
  output.result(EXIT.interrupted, { run }, null);
  return EXIT.interrupted;
}
