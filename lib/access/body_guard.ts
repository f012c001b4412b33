import { AppError } from "../errors.ts";

/** What a body may be at most: the limits of the server, below which forms and the API have narrower ones. */
export interface BodyLimits {
  mostBytes: number;
  /** From the first look at the body to its end, in milliseconds. */
  mostMs: number;
}

/** A request whose body keeps to the limits, and what became of it. */
export interface GuardedRequest {
  req: Request;
  /** Why the body was cut off; null while it keeps to the limits. */
  fault(): AppError | null;
  /** Ends the clock. Called when the answer is there. */
  done(): void;
}

/**
 * Puts a limit of size and time on the body of a request, whoever reads it. The server itself has neither: without this a
 * caller could hold a connection with one byte a minute, or fill the memory through a reader that has no limit of its own.
 *
 * Reading past a limit throws the fault and lets go of the connection. A body that says itself that it is too large is not
 * begun.
 *
 * @returns null for a request without a body
 * @throws {AppError} `too_large` when `Content-Length` is above the limit
 */
export function guardBody(req: Request, { mostBytes, mostMs }: BodyLimits): GuardedRequest | null {
  if (req.body === null) return null;
  if (Number(req.headers.get("Content-Length") ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const reader = req.body.getReader();
  let fault: AppError | null = null, bytes = 0;
  let fail = (_: AppError) => {};
  const end = (why: AppError) => {
    fault ??= why;
    fail(fault);
    reader.cancel().catch(() => {}); // the other side may have gone
  };
  const clock = setTimeout(() => end(tooSlow(mostMs)), mostMs);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      fail = (why) => controller.error(why);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (fault !== null) return;
      if (done) {
        clearTimeout(clock);
        return controller.close();
      }
      bytes += value.byteLength;
      if (bytes > mostBytes) return end(tooLarge(mostBytes));
      controller.enqueue(value);
    },
    async cancel(reason) {
      clearTimeout(clock);
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return { req: new Request(req, { body }), fault: () => fault, done: () => clearTimeout(clock) };
}

const tooLarge = (most: number) =>
  new AppError(`The body is larger than ${most / 1024} KB, the most that is read.`, "too_large", "reject_request");

const tooSlow = (ms: number) =>
  new AppError(`The body did not arrive within ${ms / 1000} s.`, "too_slow", "reject_request");
