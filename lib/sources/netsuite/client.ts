import type { NetSuiteConfig } from "../../config.ts";
import { type Clock, pause, systemClock } from "../../clock.ts";
import { AppError, messageOf, UpstreamBusyError, UpstreamLoginError } from "../../errors.ts";
import { logOf } from "../../log.ts";
import { accountOf } from "./account.ts";
import { errorOf } from "./answers.ts";
import { Governor, type GovernorState, type Meter } from "./governor.ts";
import { queryOf, tbaSigner } from "./tba.ts";

/** One page of a SuiteQL answer. Missing values are absent names; every value is text. */
export interface Page {
  rows: Record<string, string | undefined>[];
  hasMore: boolean;
  totalResults: number;
}

/** The newest exchange with NetSuite, for the Sync page. */
export interface Exchange {
  at: Date;
  tookMs: number;
  /** null when it went well. */
  error: { code: string; message: string } | null;
}

/** What a call may be given. */
export interface CallOptions {
  /** Names the call in errors: "SuiteQL page of customers". */
  asked: string;
  meter: Meter;
  signal?: AbortSignal;
}

/** One NetSuite account, over its REST interfaces. */
export interface NetSuite {
  realm: string;
  /**
   * Asks one page. Errors come by what to do next: {@link UpstreamBusyError} after the retry budget,
   * {@link UpstreamLoginError}, or `UpstreamRefusedError` for a query that NetSuite does not take.
   *
   * @param query SuiteQL with positional `?`
   * @param parameters their values, as text
   * @param limit rows at most, 1 to 1,000; the offset is always 0, since pages are cut by key
   */
  suiteql(query: string, parameters: string[], limit: number, options: CallOptions): Promise<Page>;
  /** NetSuite's own clock, to the second. The upper bound of every window comes from here, never from this machine. */
  serverTime(options: CallOptions): Promise<Date>;
  governor: GovernorState;
  lastExchange: Exchange | null;
}

/** After a refused sign-in nothing is sent for this long: five refusals lock the account for 30 minutes. */
const LOGIN_REST_MS = 60_000;
/** Overload has been seen as 401 after a minute (netsuite.md 5.2): one slow second try before anyone is alarmed. */
const LOGIN_PROBE_MS = 1_500;

/**
 * Opens the account. Nothing is sent before the first call.
 *
 * @param config account, keys and limits
 * @param clock for signatures and waits
 */
export function openNetSuite(config: NetSuiteConfig, clock: Clock = systemClock): NetSuite {
  const account = accountOf(config.accountId, config.baseUrl);
  const sign = tbaSigner({ realm: account.realm, ...config });
  const governor = new Governor({ ...config, clock });
  const log = logOf("netsuite");
  let lastExchange: Exchange | null = null;
  let signedInOnce = false, refusedUntil = 0, refusal: UpstreamLoginError | null = null;

  async function once(method: string, path: string, body: string | null, options: CallOptions): Promise<string> {
    const url = account.baseUrl + path;
    const began = performance.now();
    const timeout = AbortSignal.timeout(config.timeoutMs);
    const note = (error: Exchange["error"]) =>
      lastExchange = { at: clock.now(), tookMs: Math.round(performance.now() - began), error };
    try {
      const response = await fetch(url, {
        method,
        redirect: "manual",
        headers: {
          Authorization: sign(method, url),
          Accept: "application/json",
          ...(body === null ? {} : { "Content-Type": "application/json", Prefer: "transient" }),
        },
        body,
        signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      });
      const text = await response.text();
      if (!response.ok) {
        const retryAfter = response.headers.get("Retry-After");
        throw errorOf(options.asked, { status: response.status, body: text, retryAfter }, clock.now());
      }
      note(null);
      return text;
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      const named = nameFault(error, options.asked, config.timeoutMs);
      note({ code: named instanceof AppError ? named.code : "bug", message: named.message });
      throw named;
    }
  }

  /** One call with its tries; a refused sign-in is probed once more before it is believed. */
  async function call<T>(
    method: string,
    path: string,
    body: string | null,
    options: CallOptions,
    read: (text: string) => T,
  ): Promise<T> {
    if (refusal && +clock.now() < refusedUntil) throw refusal;
    const attempt = () =>
      governor.run(async () => read(await once(method, path, body, options)), options.meter, options.signal);
    try {
      const result = await attempt();
      signedInOnce = true;
      refusal = null;
      return result;
    } catch (error) {
      if (!(error instanceof UpstreamLoginError)) throw error;
      if (signedInOnce) {
        log.warning("NetSuite refused a sign-in that worked before; asking once more", { asked: options.asked });
        await pause(LOGIN_PROBE_MS, options.signal);
        try {
          return await attempt();
        } catch (again) {
          if (!(again instanceof UpstreamLoginError)) throw again;
        }
      }
      refusal = error;
      refusedUntil = +clock.now() + LOGIN_REST_MS;
      throw error;
    }
  }

  return {
    realm: account.realm,
    suiteql(query, parameters, limit, options) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
        throw new RangeError(`limit ${limit} must be 1 to 1000`);
      }
      const body = JSON.stringify(parameters.length > 0 ? { q: query, params: parameters } : { q: query });
      const path = `/services/rest/query/v1/suiteql${queryOf({ limit, offset: 0 })}`;
      return call("POST", path, body, options, (text) => readPage(text, options.asked));
    },
    serverTime(options) {
      return call("GET", "/services/rest/system/v1/serverTime", null, options, (text) => {
        const time = Date.parse(parse(text, options.asked)?.serverTime);
        if (Number.isNaN(time)) throw broken(options.asked, "an answer without serverTime");
        return new Date(time);
      });
    },
    get governor() {
      return governor.state;
    },
    get lastExchange() {
      return lastExchange;
    },
  };
}

/** Reads one page and takes nothing on trust: a cut or odd answer is asked for again, never taken for a short one. */
function readPage(text: string, asked: string): Page {
  const answer = parse(text, asked);
  const { items, count, hasMore, totalResults } = answer ?? {};
  if (
    !Array.isArray(items) || items.length !== count || typeof hasMore !== "boolean" || typeof totalResults !== "number"
  ) {
    throw broken(asked, "an answer that does not add up");
  }
  for (const item of items) delete item.links;
  return { rows: items, hasMore, totalResults };
}

// deno-lint-ignore no-explicit-any -- JSON of another system: every use is checked
function parse(text: string, asked: string): any {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(asked, `${text.length} characters that are not JSON`, error);
  }
}

function broken(asked: string, what: string, cause?: unknown): UpstreamBusyError {
  return new UpstreamBusyError(`NetSuite sent ${what} to ${asked}`, "upstream_broken", null, { cause });
}

/** Gives a failed `fetch` its class; what is already ours, or a bug, passes as it is. */
function nameFault(error: unknown, asked: string, timeoutMs: number): Error {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === "TimeoutError") {
    const message = `NetSuite did not answer ${asked} within ${timeoutMs / 1000} s`;
    return new UpstreamBusyError(message, "upstream_timeout", null, { cause: error });
  }
  // a refused or reset connection, an unknown host, a failed handshake: Deno throws a bare TypeError for all of them
  if (error instanceof TypeError || error instanceof Deno.errors.Http) {
    const why = error.cause instanceof Error ? error.cause.message : messageOf(error);
    const message = `Cannot reach NetSuite for ${asked}: ${why}. If it stays so, check the account id and the network.`;
    return new UpstreamBusyError(message, "upstream_unreachable", null, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
