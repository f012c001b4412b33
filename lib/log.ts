import { configure, getConsoleSink, getLogger, jsonLinesFormatter, type Logger, type LogLevel } from "@logtape/logtape";

/**
 * Starts the log: one JSON line per record on the console, so that any collector can read it.
 * Called once, by `main.ts`; without it the loggers are silent, which is what unit tests want.
 *
 * @param level the least level that is printed
 */
export async function startLog(level: LogLevel): Promise<void> {
  await configure({
    reset: true,
    sinks: { console: getConsoleSink({ formatter: jsonLinesFormatter }) },
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
