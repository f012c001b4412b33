import { MongoNetworkError, MongoServerSelectionError } from "mongodb";
import { AppError, LeaseLostError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import { exchangeOf } from "../sources/netsuite/exchange_note.ts";
import { noteErrorHere } from "../telemetry/spans.ts";
import { change, triesOf } from "./lease.ts";
import type { Fault } from "./ledger.ts";
import { CANCELLED, failRun } from "./runs.ts";
import type { Work } from "./work.ts";

/** Tries of a chunk by workers that lived to tell; after that it has failed. */
const MOST_ATTEMPTS = 5;
/** How soon a chunk is taken up again that no fault of its own has stopped. */
const SOON_MS = 1_000;
const log = logOf("sync");

/**
 * Writes down what became of a chunk whose work was broken off: it waits to be taken up again, with growing pauses where the
 * fault was its own, or has failed. What only says that somebody stopped it is no try.
 *
 * @param isDraining this worker was told to stop
 */
export async function noteFailure(work: Work, error: unknown, isDraining: boolean): Promise<void> {
  const { ledger, held, run, reader } = work, { chunk } = held;
  noteErrorHere(error);
  const about = { run: run._id, chunk: chunk._id, stream: chunk.stream };
  if (error instanceof LeaseLostError || (work.signal.aborted && work.signal.reason instanceof LeaseLostError)) {
    return log.warning("A chunk passed to another worker", about);
  }
  const costs = {
    requests: chunk.requests + reader.meter.requests,
    throttled: chunk.throttled + reader.meter.throttled,
  };
  try {
    const halt = codeOf(work.signal.reason);
    if (halt === "run_cancelled") {
      return await change(ledger, held, { $set: { ...costs, status: "failed", lease: null, error: CANCELLED } });
    }
    if (isDraining || halt === "run_paused") {
      return await change(ledger, held, {
        $set: { ...costs, status: "waiting", lease: null },
        $inc: { attempts: -1 },
      });
    }
    if (isStoreAway(error)) { // no fault of the chunk's: it may take any number of tries
      log.warning("MongoDB was away; the chunk is taken up again", { ...about, error: messageOf(error) });
      const notBefore = new Date(+reader.now() + SOON_MS);
      return await change(ledger, held, {
        $set: { ...costs, status: "waiting", lease: null, notBefore },
        $inc: { attempts: -1 },
      });
    }
    const fault: Fault = error instanceof AppError
      ? { code: error.code, message: error.message }
      : { code: "bug", message: `Unexpected: ${messageOf(error)}` };
    const told = exchangeOf(error);
    const noted: Fault = told ? { ...fault, exchange: told } : fault; // for the ledger; a log line has no room for it
    const isLast = triesOf(chunk) >= MOST_ATTEMPTS || (error instanceof AppError && error.recovery !== "retry");
    log.error("A chunk failed", {
      ...about,
      ...fault,
      attempt: chunk.attempts,
      isLast,
      ...(fault.code === "bug" ? { error } : {}),
    });
    const wait = Math.min(30_000, 500 * 2 ** triesOf(chunk));
    await change(ledger, held, {
      $set: isLast
        ? { ...costs, status: "failed", lease: null, error: noted }
        : { ...costs, status: "waiting", lease: null, error: noted, notBefore: new Date(+reader.now() + wait) },
    });
    // what a person must mend stops the others as well, and without a plan there is nothing else to do
    const isForAll = error instanceof AppError && error.recovery === "fix_config";
    if (isForAll || (isLast && chunk.kind === "plan")) await failRun(ledger, run._id, noted, reader.now());
  } catch (again) {
    // the ledger itself is out of reach: the lease will run out, and someone takes the chunk up
    log.error("A failed chunk could not be noted", { ...about, error: messageOf(again) });
  }
}

/** The connection failed, or no server answered: whatever was asked may or may not be done, and may be done again. */
function isStoreAway(error: unknown): boolean {
  return error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
}

function codeOf(reason: unknown): string | null {
  return reason instanceof AppError ? reason.code : null;
}
