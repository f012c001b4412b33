import { pause } from "../lib/clock.ts";
import type { RunView } from "../lib/sync/views.ts";
import type { CommandParts } from "./command.ts";

/** How long workers are given to let go of what they hold. */
const LET_GO_MS = 60_000;
const LOOK_MS = 300;

/** Cancels a run and waits until its workers have let go of it. */
export async function cancelled({ engine, by }: CommandParts, id: number): Promise<RunView> {
  let run: RunView = await engine.sync.cancelRun(id, by);
  for (const until = Date.now() + LET_GO_MS; !run.endedAt && Date.now() < until;) {
    await pause(LOOK_MS);
    run = await engine.sync.run(id) ?? run;
  }
  return run;
}
