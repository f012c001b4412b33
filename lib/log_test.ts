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
