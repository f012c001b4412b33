import assert from "node:assert/strict";
import { aboutLog, logOf, startLog, textLine } from "./log.ts";

/** Everything that is printed while some work is done. */
async function printed(work: () => void | Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const keep = { ...console };
  const note = (...parts: unknown[]) => void lines.push(parts.join(" ").trimEnd());
  Object.assign(console, { log: note, info: note, warn: note, error: note, debug: note });
  try {
    await work();
  } finally {
    Object.assign(console, keep);
  }
  return lines;
}

Deno.test("A JSON line names what the work is about, however deep it is written and whatever runs beside it", async () => {
  const lines = await printed(async () => {
    await startLog("info", "json");
    const deep = async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5 - n));
      logOf("store").warning("Slow write", { tookMs: n });
    };
    await Promise.all([1, 2, 3].map((n) => aboutLog({ run: n, chunk: `${n}.1` }, () => deep(n))));
    logOf("store").debug("not printed");
    logOf("store").info("outside");
  });
  const read = lines.map((line) => JSON.parse(line));
  for (const n of [1, 2, 3]) {
    const line = read.find(({ properties }) => properties.tookMs === n);
    assert.deepEqual([line.properties.run, line.properties.chunk, line.level, line.message], [
      n,
      `${n}.1`,
      "WARN",
      "Slow write",
    ]);
  }
  assert.deepEqual([read.length, read.at(-1).properties], [4, {}]);
});

Deno.test("LOG_FORMAT=text prints a line for people, with the same names", async () => {
  const lines = await printed(async () => {
    await startLog("info", "text");
    aboutLog({ run: 7 }, () => logOf("sync").error("A chunk failed: {why}", { why: "too slow", trace: null }));
  });
  assert.match(
    lines[0]!,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z ERROR sync: A chunk failed: "too slow" run=7 why="too slow" trace=null$/,
  );
  const record = {
    timestamp: 0,
    level: "error",
    category: ["tidemark", "sync"],
    rawMessage: "",
    message: ["x"],
  } as const;
  assert.match(textLine({ ...record, properties: { error: new TypeError("no") } }), /TypeError: no/);
});

/** What somebody types to forge a line, to move a terminal's cursor, or to turn the direction of writing. */
const FORGED = ["\n", "\r\n", "\r", "\v", "\u0085", "\u2028", "\u2029"].map((end) =>
  `x${end}{"level":"INFO","message":"forged"}${end}2026-01-01T00:00:00.000Z INFO forged\u001b[2K\u202e\u0000`
).flatMap((text) => [text, `{${text}`, `"${text}`]);

Deno.test("No logged value begins a line of its own: in messages, properties, names, errors and lists, of both forms", async () => {
  for (const format of ["json", "text"] as const) {
    for (const text of FORGED) {
      const error = Object.assign(new TypeError(text), { code: text });
      const lines = await printed(async () => {
        await startLog("debug", format);
        logOf("web").info("Said {what}", { what: text, list: [text], deep: { [text]: text }, error, none: null });
        aboutLog({ run: text }, () => logOf("web").error("Failed: {error}", { error, [text.slice(0, 3)]: 1 }));
      });
      assert.equal(lines.length, 2);
      if (format === "json") {
        for (const line of lines) {
          assert.doesNotMatch(line, /\p{Cc}/u);
          assert.equal(JSON.parse(line).logger, "tidemark.web");
        }
        assert.equal(JSON.parse(lines[0]!).properties.what, text, "and nothing of it is lost");
      } else {
        // an error's trace goes on over lines, each of them set in
        for (const part of lines.flatMap((line) => line.split(/[\n\r\v\u0085\u2028\u2029]/))) {
          assert.match(part, /^(\d{4}-\d\d-\d\dT\S+Z (INFO|ERROR) web: (Said|Failed)| {4})/, JSON.stringify(part));
          assert.doesNotMatch(part, /[\p{Cc}\u202e]/u);
        }
      }
    }
  }
});
