import { type NetSuiteConfig, USUAL_CONCURRENCY } from "../../config.ts";
import { systemClock } from "../../clock.ts";
import { AppError, UpstreamRefusedError } from "../../errors.ts";
import { logOf } from "../../log.ts";
import { accountOf } from "./account.ts";
import type { Answer } from "./answers.ts";
import { Governor, type GovernorState } from "./governor.ts";
import { broken, parseAnswer } from "./http.ts";
import type { TokenCheck } from "./oauth2.ts";
import { type Call, type CallOptions, type Exchange, Session, type SessionParts } from "./session.ts";
import { inlined, type Parameter, type Statement, word } from "./statement.ts";
import { queryOf } from "./tba.ts";

export type { CallOptions, Exchange } from "./session.ts";

/** One page of a SuiteQL answer. Missing values are absent names; every value is text. */
export interface Page {
  rows: Record<string, string | undefined>[];
  hasMore: boolean;
  totalResults: number;
}

/** What NetSuite says about how many requests it takes at once. */
export interface Limits {
  /** The whole account's limit, shared with all other integrations. */
  account: number;
  /** What of it is not kept for single integrations. */
  unallocated: number | null;
  /** What is kept for ours, where something is. */
  integration: number | null;
  /** What counts for us. */
  ours: number;
}

/** One NetSuite account, over its REST interfaces. */
export interface NetSuite {
  realm: string;
  /** Where requests go. */
  host: string;
  loginKind: "tba" | "oauth2";
  /**
   * Asks one page. Errors come by what to do next: {@link UpstreamBusyError} after the retry budget,
   * {@link UpstreamLoginError}, {@link MissingError} for a table or column that is not there, or `UpstreamRefusedError`
   * for a query that NetSuite does not take.
   *
   * @param query SuiteQL with positional `?`
   * @param parameters their values; plain text is a text
   * @param limit rows at most, 1 to 1,000; the offset is always 0, since pages are cut by key
   */
  suiteql(
    query: string,
    parameters: readonly (Parameter | string)[],
    limit: number,
    options: CallOptions,
  ): Promise<Page>;
  /** NetSuite's own clock, to the second. The upper bound of every window comes from here, never from this machine. */
  serverTime(options: CallOptions): Promise<Date>;
  /** How many requests NetSuite takes at once; null where the role may not read it (administrators may). */
  limits(options: CallOptions): Promise<Limits | null>;
  /** Any other request; for the Record API. */
  send<T>(call: Call, options: CallOptions, read: (answer: Answer) => T): Promise<T>;
  /** Each certificate of OAuth 2.0 by itself; empty for token-based authentication. */
  tryCertificates(signal?: AbortSignal): Promise<TokenCheck[]>;
  governor: GovernorState;
  lastExchange: Exchange | null;
}

const SUITEQL = "/services/rest/query/v1/suiteql";
const LIMITS_EVERY_MS = 3_600_000;

/**
 * Opens the account. Nothing is sent before the first call.
 *
 * @param config account, login and limits
 * @param parts clock and waits, for tests
 */
export function openNetSuite(config: NetSuiteConfig, parts: SessionParts = { clock: systemClock }): NetSuite {
  const { clock } = parts;
  const account = accountOf(config.accountId, config.baseUrl);
  const governor = new Governor({
    concurrency: config.concurrency ?? Math.max(USUAL_CONCURRENCY, config.reservedSlots + 1),
    reservedSlots: config.reservedSlots,
    retryBudgetMs: config.retryBudgetMs,
    ...parts,
  });
  const session = new Session(config, account, governor, parts);
  const log = logOf("netsuite");
  let limitsDue = -Infinity;
  /** Set when this account was found not to take parameters: then values stand in the query itself. */
  let takesParameters = true;

  async function call<T>(what: Call, options: CallOptions, read: (answer: Answer) => T): Promise<T> {
    const result = await session.call(what, options, read);
    if (+clock.now() >= limitsDue) {
      limitsDue = +clock.now() + LIMITS_EVERY_MS;
      await readLimits(options);
    }
    return result;
  }

  /** Takes over NetSuite's own limit, where the role may read it. What goes wrong here is no fault of the call before. */
  async function readLimits({ meter, signal }: CallOptions): Promise<void> {
    try {
      const found = await limits({
        asked: "its limits",
        meter,
        ...(signal ? { signal } : {}),
        mayRetry: (_, tries) => tries < 2,
      });
      if (!found) return;
      governor.limit = Math.min(found.ours, config.concurrency ?? Infinity);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.info("NetSuite's limits could not be read; the settings hold", { error: error.code });
    }
  }

  async function limits(options: CallOptions): Promise<Limits | null> {
    try {
      const path = "/services/rest/system/v1/governanceLimits";
      return await session.call({ method: "GET", path }, options, ({ body }) => limitsOf(body, options.asked));
    } catch (error) {
      if (error instanceof AppError && REFUSALS.includes(error.code)) return null;
      throw error;
    }
  }

  function ask(statement: Statement, limit: number, options: CallOptions, isInlined: boolean): Promise<Page> {
    const { query, parameters } = statement;
    const body = isInlined || parameters.length === 0
      ? { q: inlined(statement) }
      : { q: query, params: parameters.map(({ value }) => value) };
    return call(
      {
        method: "POST",
        path: `${SUITEQL}${queryOf({ limit, offset: 0 })}`,
        headers: { "Content-Type": "application/json", Prefer: "transient" },
        body: JSON.stringify(body),
      },
      options,
      (answer) => readPage(answer.body, limit, options.asked),
    );
  }

  return {
    realm: account.realm,
    host: new URL(account.baseUrl).host,
    loginKind: session.loginKind,
    async suiteql(query, values, limit, options) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
        throw new RangeError(`limit ${limit} must be 1 to 1000`);
      }
      const parameters = values.map((value) => typeof value === "string" ? word(value) : value);
      const statement = { query, parameters };
      if (!takesParameters) return await ask(statement, limit, options, true);
      try {
        return await ask(statement, limit, options, false);
      } catch (error) {
        const isOdd = error instanceof UpstreamRefusedError && error.status === 400 &&
          (error.code === "upstream_query" || error.code === "upstream_refused");
        if (!isOdd || statement.parameters.length === 0) throw error;
        const page = await ask(statement, limit, options, true).catch(() => {
          throw error; // it is not the parameters, then: the first refusal says more
        });
        takesParameters = false;
        log.warning("This account takes no parameters in SuiteQL: values are written into the queries");
        return page;
      }
    },
    serverTime(options) {
      return call({ method: "GET", path: "/services/rest/system/v1/serverTime" }, options, ({ body }) => {
        const time = Date.parse(parseAnswer(body, options.asked)?.serverTime);
        if (Number.isNaN(time)) throw broken(options.asked, "an answer without serverTime");
        return new Date(time);
      });
    },
    limits,
    send: call,
    tryCertificates: (signal) => session.tryCertificates(signal),
    get governor() {
      return governor.state;
    },
    get lastExchange() {
      return session.lastExchange;
    },
  };
}

const REFUSALS = ["upstream_forbidden", "upstream_refused", "upstream_gone", "record_refused"];

function limitsOf(body: string, asked: string): Limits {
  const told = parseAnswer(body, asked) ?? {};
  const count = (value: unknown) => Number.isInteger(value) && (value as number) > 0 ? value as number : null;
  const account = count(told.accountConcurrencyLimit);
  if (account === null) throw broken(asked, "limits without accountConcurrencyLimit");
  const unallocated = count(told.accountUnallocatedConcurrencyLimit);
  const integration = count(told.integrationConcurrencyLimit);
  const ours = told.integrationLimitType === "integrationSpecific" && integration !== null
    ? integration
    : told.integrationLimitType === "accountLimit"
    ? unallocated ?? account
    : account;
  return { account, unallocated, integration, ours: Math.min(ours, account) };
}

/** Reads one page and takes nothing on trust: a cut or odd answer is asked for again, never taken for a short one. */
function readPage(text: string, limit: number, asked: string): Page {
  const answer = parseAnswer(text, asked);
  const { items, count, hasMore, totalResults, offset = 0 } = answer ?? {};
  if (
    !Array.isArray(items) || items.length !== count || items.length > limit || typeof hasMore !== "boolean" ||
    typeof totalResults !== "number" || offset !== 0
  ) {
    throw broken(asked, "an answer that does not add up");
  }
  const rows = items.map((item) => rowOf(item, asked));
  return { rows, hasMore, totalResults };
}

/** Names in lower case, values as text, without the empty links that every row brings (docs/netsuite.md 3.2). */
function rowOf(item: unknown, asked: string): Page["rows"][number] {
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw broken(asked, "a row that is none");
  delete (item as { links?: unknown }).links;
  const row = item as Record<string, unknown>;
  for (const name in row) {
    const value = row[name];
    if (typeof value !== "string") {
      if (value === null) delete row[name];
      else if (typeof value === "number" || typeof value === "boolean") row[name] = String(value);
      else throw broken(asked, `a row whose ${name} is no value`);
    }
    const lower = name.toLowerCase();
    if (lower !== name) {
      row[lower] = row[name];
      delete row[name];
    }
  }
  return row as Page["rows"][number];
}
