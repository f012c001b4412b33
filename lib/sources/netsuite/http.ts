import { AppError, messageOf, UpstreamBusyError } from "../../errors.ts";
import type { Answer } from "./answers.ts";

/** One request as it goes out. */
export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** For how long, and for whom. */
export interface Patience {
  /** Names the request in errors. */
  asked: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Sends one request and reads the whole answer, whatever its status. Redirects are never followed: what was signed for one
 * address must not reach another.
 *
 * @throws {UpstreamBusyError} `upstream_timeout`, `upstream_unreachable` or `upstream_broken` when no whole answer came
 * @throws {TypeError} when the URL would not be sent byte for byte as it is written (the signature covers the writing)
 */
export async function exchange(outgoing: Outgoing, patience: Patience): Promise<Answer> {
  const { method, url, headers, body } = outgoing, { asked, timeoutMs, signal } = patience;
  if (new URL(url).href !== url) throw new TypeError(`${url} would be sent as ${new URL(url).href}: encode it`);
  const timeout = AbortSignal.timeout(timeoutMs);
  let hasBegun = false;
  try {
    const response = await fetch(url, {
      method,
      headers,
      body,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    hasBegun = true;
    return { status: response.status, body: await response.text(), headers: response.headers };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw nameFault(error, asked, timeoutMs, hasBegun);
  }
}

/** Gives a failed `fetch` its class; what is already ours, or a bug, passes as it is. */
function nameFault(error: unknown, asked: string, timeoutMs: number, hasBegun: boolean): Error {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === "TimeoutError") {
    const message = `NetSuite did not answer ${asked} within ${timeoutMs / 1000} s`;
    return new UpstreamBusyError(message, "upstream_timeout", null, { cause: error });
  }
  // a refused or reset connection, an unknown host, a failed handshake: Deno throws a bare TypeError for all of them
  if (error instanceof TypeError || error instanceof Deno.errors.Http || error instanceof Deno.errors.ConnectionReset) {
    if (hasBegun) {
      const message = `NetSuite's answer to ${asked} broke off: ${messageOf(error)}`;
      return new UpstreamBusyError(message, "upstream_broken", null, { cause: error });
    }
    const why = error.cause instanceof Error ? error.cause.message : messageOf(error);
    const message = `Cannot reach NetSuite for ${asked}: ${why}. If it stays so, check the account id and the network.`;
    return new UpstreamBusyError(message, "upstream_unreachable", null, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * Reads JSON of another system: every use of it is checked.
 *
 * @throws {UpstreamBusyError} `upstream_broken`: a cut answer is asked for again
 */
// deno-lint-ignore no-explicit-any -- JSON of another system: every use is checked
export function parseAnswer(text: string, asked: string): any {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(asked, `${text.length} characters that are not JSON`); // no cause: it would quote the text
  }
}

/** The error for an answer that came and does not add up. */
export function broken(asked: string, what: string): UpstreamBusyError {
  return new UpstreamBusyError(`NetSuite sent ${what} to ${asked}`, "upstream_broken");
}
