import { AppError } from "../lib/errors.ts";
import type { RunView } from "../lib/sync/views.ts";

/** What the command ends with. Scripts rely on these numbers: they never change their meaning. */
export const EXIT = {
  /** What was asked for is done; of a run: complete. */
  complete: 0,
  /** It failed. */
  failed: 1,
  /** The command or a setting is wrong; nothing was begun. */
  usage: 2,
  /** A run that is incomplete, a proof that differs, a mirror that is behind, rows that stay in quarantine. */
  incomplete: 3,
  /** The run is paused or cancelled. */
  stopped: 4,
  /** MongoDB or NetSuite cannot be reached, or refuses the sign-in. */
  unreachable: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** Codes of errors that mean: nobody there, or the door is locked. */
const UNREACHABLE = new Set([
  "store_unreachable",
  "upstream_unreachable",
  "upstream_timeout",
  "upstream_busy",
  "upstream_login",
  "upstream_clock",
  "upstream_redirect",
]);
/** What the MongoDB driver throws when no server answers; its classes reach us as they are. */
const STORE_AWAY = new Set(["MongoServerSelectionError", "MongoNetworkError", "MongoNetworkTimeoutError"]);

/** How a run that is over, or paused, ends the command. */
export function exitOfRun({ status, error }: Pick<RunView, "status" | "error">): ExitCode {
  switch (status) {
    case "complete":
      return EXIT.complete;
    case "incomplete":
      return EXIT.incomplete;
    case "paused":
    case "cancelled":
      return EXIT.stopped;
    default:
      return error && UNREACHABLE.has(error.code) ? EXIT.unreachable : EXIT.failed;
  }
}

/** How an error ends the command. */
export function exitOfError(error: unknown): ExitCode {
  if (error instanceof Error && STORE_AWAY.has(error.name)) return EXIT.unreachable;
  if (!(error instanceof AppError)) return EXIT.failed;
  if (UNREACHABLE.has(error.code)) return EXIT.unreachable;
  return USAGE.has(error.code) ? EXIT.usage : EXIT.failed;
}

/** A command that cannot be understood. */
export class UsageError extends AppError {
  override name = "UsageError";
  /** @param message what is wrong, and what would be right */
  constructor(message: string) {
    super(message, "usage", "reject_request");
  }
}

const USAGE = new Set(["usage", "bad_config", "unknown_stream", "unknown_run", "bad_range", "no_range", "run_over"]);
