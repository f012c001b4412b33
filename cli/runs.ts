import type { DateRange, RunKind } from "../lib/sync/ledger.ts";
import type { Given, Syntax } from "./arguments.ts";
import type { Command, CommandParts } from "./command.ts";
import { EXIT, type ExitCode, UsageError } from "./exit.ts";
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
    options: ["stream", "dry-run", "no-wait", "work"],
  }),
  runCommand("full", {
    summary: "Read every row of NetSuite, and prove that the mirror is equal.",
    options: ["stream", "dry-run", "no-wait", "work"],
  }),
  runCommand("proof", {
    summary: "Read what has changed, then compare every stream with NetSuite.",
    options: ["stream", "dry-run", "no-wait", "work"],
  }),
  {
    syntax: {
      name: "backfill",
      summary: "Read again what lies in a range of business dates, whether it has changed or not.",
      options: ["stream", "from", "to", "dry-run", "no-wait", "work"],
      notes: EXITS,
    },
    check: (given) => void rangeOf(given),
    run: (parts) => requestRun(parts, "backfill"),
  },
];

async function requestRun(parts: CommandParts, kind: RunKind): Promise<ExitCode> {
  const { engine, given, output, by } = parts;
  const run = await engine.sync.requestRun({
    kind,
    streams: given.list("stream"),
    requestedBy: by,
    range: kind === "backfill" ? rangeOf(given) : null,
    isDryRun: given.has("dry-run"),
  });
  const waits = run.waitsFor.length > 0 ? ` It waits for the end of run ${run.waitsFor.join(", ")}.` : "";
  output.event("requested", { run }, `${runName(run)} is asked for.${waits}`);
  if (!given.has("no-wait")) return await followRun(parts, run.id);
  output.result(EXIT.complete, { run }, null);
  return EXIT.complete;
}

/** Both ends must be told; whether they are dates is judged where every backfill is asked for. */
function rangeOf(given: Given): DateRange {
  const from = given.one("from"), to = given.one("to");
  if (from === null || to === null) {
    throw new UsageError("backfill takes a range of business dates, both included: --from YYYY-MM-DD --to YYYY-MM-DD");
  }
  return { from, to };
}
