import assert from "node:assert/strict";
import { helpOf, nearest, readArguments, type Syntax } from "./arguments.ts";

const full: Syntax = {
  name: "full",
  summary: "Reads all.",
  options: ["stream", "from", "dry-run", "no-wait"],
  notes: "More.",
};
const pause: Syntax = { name: "pause", summary: "Pauses.", options: [], argument: "run" };

Deno.test("readArguments takes lists with commas and repeated, switches, and other names for the same", () => {
  const given = readArguments(full, [
    "--stream",
    "items, customers",
    "--streams=items",
    "--dry-run",
    "--from",
    "2026-01-01",
    "--wait",
  ]);
  assert.deepEqual(given.list("stream"), ["items", "customers"]);
  assert.deepEqual([given.has("dry-run"), given.has("no-wait"), given.one("from"), given.one("to")], [
    true,
    false,
    "2026-01-01",
    null,
  ]);
  assert.deepEqual([readArguments(pause, ["12"]).argument, readArguments(pause, []).argument], ["12", null]);
  assert.ok(readArguments(pause, ["-h"]).has("help"));
});

Deno.test("readArguments says what is wrong, and what would be right", () => {
  const wrong: [Syntax, string[], RegExp][] = [
    [full, ["--straem", "items"], /full knows no --straem; did you mean --stream\?/],
    [full, ["--dryrun"], /did you mean --dry-run\?/],
    [full, ["--colour"], /full knows no --colour: it knows --stream --from --dry-run --no-wait --json --help/],
    [full, ["-x"], /full knows no -x/],
    [full, ["--stream"], /--stream needs a value: --stream a,b/],
    [full, ["--stream", "--dry-run"], /--stream needs a value/],
    [full, ["--stream", ","], /--stream is empty/],
    [full, ["--dry-run=yes"], /--dry-run takes no value/],
    [full, ["--from", "2026-01-01", "--from", "2026-01-02"], /--from is given twice/],
    [full, ["items"], /"items" is too much: deno task sync full \[options\]/],
    [pause, ["12", "13"], /"13" is too much: deno task sync pause \[run\]/],
    [pause, ["--stream", "items"], /pause knows no --stream/],
  ];
  for (const [syntax, args, says] of wrong) {
    assert.throws(
      () => readArguments(syntax, args),
      (error: Error) => says.test(error.message) || assert.fail(error.message),
    );
  }
});

Deno.test("nearest finds what was meant, and nothing where nothing is near", () => {
  const known = ["full", "incremental", "proof", "replay"];
  assert.deepEqual(["ful", "incermental", "prof", "reply", "delete"].map((typed) => nearest(typed, known)), [
    "full",
    "incremental",
    "proof",
    "replay",
    null,
  ]);
});

Deno.test("helpOf names every option with what it does", () => {
  const help = helpOf(full);
  for (const part of ["Reads all.", "deno task sync full [options]", "--stream a,b", "--dry-run", "--json", "More."]) {
    assert.ok(help.includes(part), `${part} is not in\n${help}`);
  }
});
