import { AsyncLocalStorage } from "node:async_hooks";
import {
  configure,
  getConsoleSink,
  getLogger,
  jsonLinesFormatter,
  type Logger,
  type LogLevel,
  type LogRecord,
  type TextFormatter,
  withContext,
} from "@logtape/logtape";

/** How log lines look: one JSON object each, for collectors, or plain text for people. */
export type LogFormat = "json" | "text";

/** Everything on standard error, for programs whose standard output is their answer. */
const STDERR = Object.create(console, {
  ...Object.fromEntries(
    ["debug", "info", "log"].map((name) => [name, { value: (...said: unknown[]) => console.error(...said) }]),
  ),
});

/**
 * Starts the log: one line per record on the console. Called once, by `main.ts` and the commands; without it the loggers
 * are silent, which is what unit tests want.
 *
 * @param level the least level that is printed
 * @param to where lines go: by their level, or all to standard error
 */
export async function startLog(
  level: LogLevel,
  format: LogFormat = "json",
  to: "console" | "stderr" = "console",
): Promise<void> {
  await configure({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: {
      console: getConsoleSink({
        formatter: format === "json" ? jsonLinesFormatter : textLine,
        ...(to === "stderr" ? { console: STDERR } : {}),
      }),
    },
    loggers: [
      { category: ["tidemark"], lowestLevel: level, sinks: ["console"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
    ],
  });
}

/** The logger of one room, e.g. `logOf("sync")`. Properties go beside the message, never secrets. */
export function logOf(room: string): Logger {
  return getLogger(["tidemark", room]);
}

/** Does some work whose every log line, however deep it is written, names what it is about. */
export function aboutLog<T>(about: Record<string, string | number | null>, work: () => T): T {
  return withContext(about, work);
}

/** `2026-11-24T10:00:00.000Z WARNING sync: A chunk failed run=12 chunk=12.1.3` */
export const textLine: TextFormatter = (record: LogRecord) => {
  const { timestamp, level, category, message, properties } = record;
  const said = message.map((part, n) => n % 2 === 0 ? String(part) : valueOf(part)).join("");
  const named = Object.entries(properties).map(([name, value]) => ` ${valueOf(name)}=${valueOf(value)}`).join("");
  return `${new Date(timestamp).toISOString()} ${level.toUpperCase()} ${
    category.slice(1).join(".")
  }: ${said}${named}\n`;
};

/** A value as it stands in a line for people: none can begin a line of its own, nor move the cursor of a terminal. */
function valueOf(value: unknown): string {
  if (value instanceof Error) {
    const told = value.stack ?? `${value.name}: ${value.message}`;
    return told.replace(LINE_BREAKS, "\n    ").replace(CONTROLS, "");
  }
  if (typeof value !== "string") return (JSON.stringify(value) ?? String(value)).replace(CONTROLS, "");
  return /[\s"=\p{Cc}\p{Cf}]/u.test(value) ? JSON.stringify(value).replace(CONTROLS, "") : value;
}

const LINE_BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
// JSON escapes the controls of ASCII; those of Latin 1 and the signs that turn the direction of writing stay in it
const CONTROLS = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu;
