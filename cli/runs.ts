import type { RunKind } from "../lib/sync/ledger.ts";
import type { Syntax } from "./arguments.ts";
import type { Command, CommandParts } from "./command.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { followRun } from "./follow.ts";
import { runName } from "./output.ts";

const EXITS =
  "Ends with 0 when the run is complete, 3 when it is incomplete, 1 when it failed, 4 when it was paused or " +
  "cancelled, 5 when MongoDB or NetSuite cannot be reached.";

function runCommand(kind: RunKind, syntax: Omit<Syntax, "name" | "notes">): Command {
  return { syntax: { name: kind, notes: EXITS, ...syntax }, run: (parts) => requestRun(parts, kind) };
}

/** The commands that start a run and follow it. */
export const RUN_COMMANDS: readonly Command[] = [
  runCommand("incremental", {
    summary: "Read what has changed in NetSuite.",
    options: ["stream", "no-wait", "work"],
  }),
  runCommand("full", {
    summary: "Read every row of NetSuite, and prove that the mirror is equal.",
    options: ["stream", "no-wait", "work"],
  }),
  runCommand("proof", {
    summary: "Read what has changed, then compare every stream with NetSuite.",
    options: ["stream", "no-wait", "work"],
  }),
];

async function requestRun(parts: CommandParts, kind: RunKind): Promise<ExitCode> {
  const { engine, given, output, by } = parts;
  const run = await engine.sync.requestRun({ kind, streams: given.list("stream"), requestedBy: by });
  output.event("requested", { run }, `${runName(run)} is asked for.`);
  if (!given.has("no-wait")) return await followRun(parts, run.id);
  output.result(EXIT.complete, { run }, null);
  return EXIT.complete;
}
