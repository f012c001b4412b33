import assert from "node:assert/strict";
import { aRun } from "../components/sync/testing.ts";
import { AppError } from "../lib/errors.ts";
import { EXIT, exitOfError, exitOfRun } from "./exit.ts";
import { jsonOutput, runLine, runResult, type Terminal, textOutput } from "./output.ts";

function terminal(isLive: boolean, hasColour = false) {
  const written: string[] = [];
  const made: Terminal = {
    out: (text) => void written.push(text),
    err: () => {},
    isLive,
    hasColour,
    width: () => 60,
    confirm: () => false,
  };
  return { written, made };
}

Deno.test("On a terminal a bar moves in its line and gives way to sentences; without colour where none is wanted", () => {
  const { written, made } = terminal(true);
  const output = textOutput(made);
  output.progress("progress", {}, .5, "x".repeat(100));
  output.event("note", {}, "Something");
  assert.equal(written[0], `\r\x1b[K${"█".repeat(12)}${"░".repeat(12)} ${"x".repeat(33)}…`);
  assert.deepEqual(written.slice(1), ["\r\x1b[K", "Something\n"]);
  const coloured = terminal(true, true);
  textOutput(coloured.made).progress("progress", {}, 1, "done");
  assert.equal(coloured.written[0], `\r\x1b[K\x1b[36m${"█".repeat(24)}\x1b[0m done`);
});

Deno.test("Elsewhere plain lines are written now and then, each once", () => {
  const { written, made } = terminal(false);
  let now = 0;
  const output = textOutput(made, () => now);
  for (const [at, text] of [[0, "a"], [1000, "b"], [5000, "c"], [11_000, "c"], [12_000, "d"]] as const) {
    now = at;
    output.progress("progress", {}, .1, text);
  }
  assert.deepEqual(written, ["a\n", "c\n", "d\n"]);
});

Deno.test("JSON is one object a line, the result last", () => {
  const { written, made } = terminal(false);
  const output = jsonOutput(made);
  output.event("requested", { run: { id: 1 } }, "said to people only");
  output.result(3, { run: { id: 1 } }, "said to people only");
  assert.deepEqual(written.map((line) => JSON.parse(line)), [
    { event: "requested", run: { id: 1 } },
    { event: "result", exitCode: 3, run: { id: 1 } },
  ]);
});

Deno.test("runLine and runResult say how far a run is, and what came of it", () => {
  assert.match(
    runLine(aRun({ id: 7, ratePerSecond: 4300, secondsLeft: 90 })),
    /^Full run 7: 63%, 6,300 of 10,000 rows, 4,300 rows\/s, about 2 min left$/,
  );
  const dry = aRun({ id: 8, isDryRun: true, status: "complete", tookMs: 61_000, kind: "incremental" });
  assert.match(
    runResult(dry),
    /^Dry incremental run 8 is complete after 1 min 01 s: 6,300 rows read, 5,000 would be written/,
  );
  const error = { code: "proof_failed", message: "2 differ.", advice: "Look." };
  assert.match(runResult(aRun({ status: "incomplete", error })), /2 differ\.\nLook\.$/);
});

Deno.test("Every end of a run and every kind of error has its exit code", () => {
  const ended = (status: Parameters<typeof exitOfRun>[0]["status"], code?: string) =>
    exitOfRun({ status, error: code ? { code, message: "", advice: "" } : null });
  assert.deepEqual(
    ["complete", "incomplete", "failed", "paused", "cancelled"].map((status) => ended(status as "failed")),
    [0, 3, 1, 4, 4],
  );
  assert.deepEqual([ended("failed", "upstream_login"), ended("failed", "bug")], [EXIT.unreachable, EXIT.failed]);
  const thrown = (code: string) => exitOfError(new AppError("", code, "abort"));
  assert.deepEqual(["store_unreachable", "unknown_stream", "bad_config", "run_in_progress"].map(thrown), [5, 2, 2, 1]);
  assert.equal(exitOfError(Object.assign(new Error(), { name: "MongoNetworkError" })), 5);
  assert.equal(exitOfError(new TypeError("a fault of ours")), 1);
});
