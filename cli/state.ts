import { age, count, counted } from "../components/format.ts";
import { aligned } from "./arguments.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit.ts";
import { runLine, runName } from "./output.ts";

/** How the mirror stands. */
export const STATUS: Command = {
  syntax: {
    name: "status",
    summary: "How the mirror stands: the tide, each stream, runs under way and the last ones.",
    options: [],
    notes:
      "Ends with 0 when the mirror is level or a run is on, 3 when it is behind or was never synced, 1 when the last run failed.",
  },
  async run({ engine, output }) {
    const status = await engine.sync.status();
    const rows = status.streams.map((stream) => {
      const behind = stream.lagMs === null ? "not synced yet" : `${age(stream.lagMs)} behind`;
      const proof = stream.proof ? `, ${stream.proof.outcome}` : "";
      const ill = stream.quarantined > 0 ? `, ${counted(stream.quarantined, "row")} in quarantine` : "";
      return [stream.name, `${count(stream.documents)} documents, ${behind}${proof}${ill}`] as const;
    });
    const runs = status.runs.map((run) => `  ${run.endedAt ? `${runName(run)} is ${run.status}` : runLine(run)}`);
    const text = [status.tide.text, "", ...aligned(rows), ...runs.length > 0 ? ["", ...runs] : []].join("\n");
    const { state } = status.tide;
    const code = state === "failing"
      ? EXIT.failed
      : state === "behind" || state === "never"
      ? EXIT.incomplete
      : EXIT.complete;
    output.result(code, { status }, text);
    return code;
  },
};

/** Whether NetSuite lets us in, and what it lets us see. */
export const CHECK: Command = {
  syntax: {
    name: "check",
    summary: "Look at the connection with NetSuite: clock, sign-in, slots, zone, and every permission.",
    options: [],
    notes: "Ends with 0 when all is well, 3 when something is left out or odd, 5 when the connection does not work.",
  },
  async run({ engine, output }) {
    const report = await engine.sync.check();
    const isLockedOut = report.lines.some((line) => line.about === "connection" && line.state === "wrong");
    const code = isLockedOut ? EXIT.unreachable : report.state === "ok" ? EXIT.complete : EXIT.incomplete;
    const marks = { ok: "ok", warning: "odd", wrong: "WRONG" };
    const lines = report.lines.flatMap((line) => [
      `${marks[line.state].padEnd(5)}  ${line.name}: ${line.says}`,
      ...line.advice ? [`       ${line.advice}`] : [],
    ]);
    output.result(code, { check: report }, [`Account ${report.account} at ${report.host}`, ...lines].join("\n"));
    return code;
  },
};
