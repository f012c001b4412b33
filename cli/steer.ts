import { AppError } from "../lib/errors.ts";
import type { RunView } from "../lib/sync/views.ts";
import type { Given } from "./arguments.ts";
import { cancelled } from "./cancel.ts";
import type { Command, CommandParts } from "./command.ts";
import { EXIT, type ExitCode, UsageError } from "./exit.ts";
import { followRun } from "./follow.ts";
import { runName } from "./output.ts";

const WHICH = "Without a number it is the run that is under way, where there is only one.";
/** The commands that steer a run under way. */
export const STEER_COMMANDS: readonly Command[] = [
  {
    syntax: {
      name: "pause",
      summary: "Pause a run after the pages in flight. It keeps how far it is, and its streams.",
      argument: "run",
      options: [],
      notes: WHICH,
    },
    check: numberOf,
    async run(parts) {
      const run = await parts.engine.sync.pauseRun(await runOf(parts), parts.by);
      return done(parts, run, `${runName(run)} is paused: deno task sync resume ${run.id} lets it go on.`);
    },
  },
  {
    syntax: {
      name: "resume",
      summary: "Let a paused run go on from where it was, and follow it.",
      argument: "run",
      options: ["no-wait", "work"],
      notes: WHICH,
    },
    check: numberOf,
    async run(parts) {
      const run = await parts.engine.sync.resumeRun(await runOf(parts), parts.by);
      if (parts.given.has("no-wait")) return done(parts, run, `${runName(run)} goes on.`);
      return await followRun(parts, run.id);
    },
  },
  {
    syntax: {
      name: "cancel",
      summary:
        "End a run before its time. What it has written stays; streams not read to their end keep their watermark.",
      argument: "run",
      options: ["yes"],
      notes: WHICH,
    },
    check: numberOf,
    async run(parts) {
      const { given, terminal, output } = parts, id = await runOf(parts);
      if (!given.has("yes")) {
        if (!terminal.isLive) throw new UsageError("cancel needs --yes where nobody can be asked");
        if (!terminal.confirm(`Cancel run ${id}?`)) {
          output.result(EXIT.interrupted, {}, "Nothing was done.");
          return EXIT.interrupted;
        }
      }
      const run = await cancelled(parts, id);
      return done(parts, run, `${runName(run)} is cancelled.`);
    },
  },
];

function done({ output }: CommandParts, run: RunView, text: string): ExitCode {
  output.result(EXIT.complete, { run }, text);
  return EXIT.complete;
}

function numberOf({ argument }: Given): number | null {
  if (argument === null) return null;
  if (/^[1-9]\d{0,14}$/.test(argument)) return Number(argument);
  throw new UsageError(`"${argument}" is no number of a run, such as 12`);
}

async function runOf({ engine, given }: CommandParts): Promise<number> {
  const number = numberOf(given);
  if (number !== null) return number;
  const open = await engine.ledger.runs.find({ endedAt: null }, { projection: { _id: 1 }, sort: { _id: 1 } }).toArray();
  if (open.length === 1) return open[0]!._id;
  const says = open.length === 0
    ? "No run is under way."
    : `Runs ${open.map(({ _id }) => _id).join(", ")} are under way: say which one.`;
  throw new AppError(says, "unknown_run", "reject_request");
}
