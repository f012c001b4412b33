import { count, duration, rate, timeLeft } from "../components/format.ts";
import type { RunView } from "../lib/sync/views.ts";

/** Where the command writes, and how it looks. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person watches: then progress is a bar that moves, and questions are asked. */
  isLive: boolean;
  hasColour: boolean;
  /** Columns of the screen. */
  width(): number;
  /** Asks a question; true for yes. Only where {@link isLive}. */
  confirm(question: string): boolean;
}

/** What a command says while it works: sentences and bars for people, or one JSON object a line for programs. */
export interface Output {
  readonly isJson: boolean;
  /**
   * Something happened.
   *
   * @param name of the event, for programs
   * @param data for programs
   * @param text for people; null says nothing
   */
  event(name: string, data: Record<string, unknown>, text: string | null): void;
  /** How far something is: shown at once where it moves, now and then where lines are written. */
  progress(name: string, data: Record<string, unknown>, share: number | null, text: string): void;
  /** The last word. */
  result(exitCode: number, data: Record<string, unknown>, text: string | null): void;
}

const LINE_EVERY_MS = 5_000;
const BAR = 24;

/** JSON lines: `{"event":…}`, and `{"event":"result","exitCode":…}` as the last one. */
export function jsonOutput(terminal: Terminal): Output {
  const line = (data: Record<string, unknown>) => terminal.out(`${JSON.stringify(data)}\n`);
  return {
    isJson: true,
    event: (event, data) => line({ event, ...data }),
    progress: (event, data) => line({ event, ...data }),
    result: (exitCode, data) => line({ event: "result", exitCode, ...data }),
  };
}

/** For people: a bar that moves on a terminal, plain lines elsewhere. */
export function textOutput(terminal: Terminal, now: () => number = Date.now): Output {
  let isBar = false, said = "", saidAt = -Infinity;
  const clear = () => {
    if (isBar) terminal.out("\r\x1b[K");
    isBar = false;
  };
  const say = (text: string | null) => {
    if (text === null) return;
    clear();
    terminal.out(`${text}\n`);
  };
  return {
    isJson: false,
    event: (_, __, text) => say(text),
    progress(_, __, share, text) {
      if (terminal.isLive) {
        const room = terminal.width() - (share === null ? 0 : BAR + 1) - 1; // a line that wraps could not be taken back
        const cut = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
        terminal.out(`\r\x1b[K${share === null ? "" : `${bar(share, terminal.hasColour)} `}${cut}`);
        isBar = true;
      } else if (text !== said && now() - saidAt >= LINE_EVERY_MS) {
        terminal.out(`${text}\n`);
        [said, saidAt] = [text, now()];
      }
    },
    result: (_, __, text) => say(text),
  };
}

/** `Full run 12: 63%, 6,300 of 10,000 rows, 4,300/s, 1 min left` */
export function runLine(run: RunView): string {
  const parts = [
    run.status === "running" ? `${Math.floor(run.share * 100)}%` : run.status,
    run.rowsExpected ? `${count(run.rowsRead)} of ${count(run.rowsExpected)} rows` : `${count(run.rowsRead)} rows`,
    ...run.ratePerSecond ? [rate(run.ratePerSecond)] : [],
    ...run.secondsLeft !== null && run.status === "running" ? [`${timeLeft(run.secondsLeft)} left`] : [],
  ];
  return `${runName(run)}: ${parts.join(", ")}`;
}

/** `Full run 12`, `Dry incremental run 13` */
export function runName({ kind, id, isDryRun }: Pick<RunView, "kind" | "id" | "isDryRun">): string {
  const name = { full: "full run", incremental: "incremental run", proof: "proof", backfill: "backfill" }[kind];
  const whole = isDryRun ? `dry ${name}` : name;
  return `${whole[0]!.toUpperCase()}${whole.slice(1)} ${id}`;
}

/** What came out of a run, in a few lines. */
export function runResult(run: RunView): string {
  const did = run.isDryRun ? "would be written" : "written";
  const lines = [
    `${runName(run)} is ${run.status}${run.tookMs === null ? "" : ` after ${duration(run.tookMs)}`}: ` +
    `${count(run.rowsRead)} rows read, ${count(run.written)} ${did}, ${count(run.unchanged)} unchanged, ` +
    `${count(run.deleted)} deleted, ${count(run.quarantined)} in quarantine; ${count(run.requests)} requests`,
  ];
  if (run.error) lines.push(run.error.message, run.error.advice);
  return lines.filter(Boolean).join("\n");
}

function bar(share: number, hasColour: boolean): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * BAR); // full means done
  const drawn = "█".repeat(full) + "░".repeat(BAR - full);
  return hasColour ? `\x1b[36m${drawn}\x1b[0m` : drawn;
}
