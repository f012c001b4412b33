import type { NetSuiteConfig } from "../../config.ts";
import { type Clock, pause } from "../../clock.ts";
import { AppError, UpstreamBusyError, UpstreamLoginError } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { Account } from "./account.ts";
import { type Answer, ClockError, errorOf, SignInDoubt } from "./answers.ts";
import { noteRequest } from "../../telemetry/metrics.ts";
import { noteExchange } from "./exchange_note.ts";
import { Governor, type Meter, type Turn } from "./governor.ts";
import { exchange } from "./http.ts";
import { openLogin } from "./login.ts";
import type { TokenCheck } from "./oauth2.ts";
import type { Urgency } from "./slots.ts";

/** What a call may be given. */
export interface CallOptions {
  /** Names the call in errors: "SuiteQL page of customers". */
  asked: string;
  meter: Meter;
  signal?: AbortSignal;
  /** `person`: somebody waits for it, so it goes before all background work. */
  urgency?: Urgency;
  /** Whether an error may be tried again; by default every one whose recovery is `retry`, for as long as the budget lasts. */
  mayRetry?: (error: AppError, tries: number) => boolean;
}

/** One request below the account's address. */
export interface Call {
  method: string;
  /** Path with its query, encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: string | null;
}

/** The newest exchange with NetSuite, for the Sync page. */
export interface Exchange {
  at: Date;
  tookMs: number;
  /** null when it went well. */
  error: { code: string; message: string } | null;
}

/** What tests replace. */
export interface SessionParts {
  clock: Clock;
  wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  random?: () => number;
}

const SERVER_TIME = "/services/rest/system/v1/serverTime";
/** After a refused sign-in nothing is sent for this long: five refusals lock the account for 30 minutes. */
const LOGIN_REST_MS = 60_000;
/** A refused sign-in is asked about again, slowly, before anyone is alarmed; the second time only if it ever went well. */
const PROBES_MS = [1_500, 4_000];
/** From this much on, a clock is the likely cause of a refusal: NetSuite takes stamps of up to 5 minutes before and after. */
const CLOCK_OFF_MS = 270_000;

/**
 * Signed requests to one account: in a slot, tried again where that is safe, and with every refused sign-in probed before
 * it is believed. Until the first sign-in has gone well, one request is under way at a time: wrong keys must cost one
 * refusal, not one per slot.
 */
export class Session {
  readonly governor: Governor;
  readonly #config: NetSuiteConfig;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #login;
  readonly #log = logOf("netsuite");
  #lastExchange: Exchange | null = null;
  #isProven = false;
  #first: Promise<unknown> | null = null;
  #probing: Promise<void> | null = null;
  /** Which probe each doubt is settled by. */
  readonly #probes = new WeakMap<SignInDoubt, Promise<void>>();
  #refusal: { error: UpstreamLoginError; until: number } | null = null;

  constructor(config: NetSuiteConfig, account: Account, governor: Governor, { clock, wait = pause }: SessionParts) {
    this.governor = governor;
    this.#config = config;
    this.#account = account;
    this.#clock = clock;
    this.#wait = wait;
    this.#login = openLogin(config.login, account, config.timeoutMs, clock);
  }

  get loginKind(): "tba" | "oauth2" {
    return this.#login.kind;
  }

  get lastExchange(): Exchange | null {
    return this.#lastExchange;
  }

  /** Whether a sign-in has gone well since the start, or since the last refusal. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Each certificate by itself; for the connection check. */
  tryCertificates(signal?: AbortSignal): Promise<TokenCheck[]> {
    return this.#login.tryCertificates(signal);
  }

  /**
   * Sends a request until there is an answer that can be believed.
   *
   * @param read turns the answer into a value; what it throws as {@link UpstreamBusyError} is asked for again
   * @throws {UpstreamLoginError} when the sign-in is refused for certain; other errors by what to do next
   */
  async call<T>(call: Call, options: CallOptions, read: (answer: Answer) => T): Promise<T> {
    const { meter, signal, urgency, mayRetry } = options;
    const turn: Turn = { meter, signal, urgency, mayRetry };
    const until = +this.#clock.now() + this.#config.retryBudgetMs;
    while (true) {
      try {
        return await this.governor.run(() => this.#guarded(call, options, read), turn);
      } catch (error) {
        if (!(error instanceof SignInDoubt)) throw error;
        await this.#settle(error, options);
        // the sign-in is well after all: it was overload
        meter.throttled++;
        this.governor.noteOverload();
        if (+this.#clock.now() > until) {
          throw new UpstreamBusyError(
            `NetSuite refused sign-ins for ${options.asked} while it was busy`,
            "upstream_busy",
          );
        }
      }
    }
  }

  /** One try, in its turn. */
  async #guarded<T>(call: Call, options: CallOptions, read: (answer: Answer) => T): Promise<T> {
    if (this.#probing) await this.#probing.catch(() => {}); // what is refused for certain is not asked for again
    this.#throwRefusal();
    while (!this.#isProven && this.#first) {
      await this.#first.catch(() => {});
      if (this.#probing) await this.#probing.catch(() => {});
      this.#throwRefusal();
    }
    const sent = this.#send(call, options).then((answer) => {
      try {
        return read(answer);
      } catch (error) {
        noteExchange(error, call, answer);
        throw error;
      }
    }, (error) => {
      if (error instanceof SignInDoubt) this.#doubt(error, options); // at once, before anybody who waits goes on
      throw error;
    });
    if (this.#isProven) return await sent;
    this.#first = sent;
    try {
      return await sent;
    } finally {
      this.#first = null;
    }
  }

  /** One try; a token that has come to its end before its time is replaced once. */
  async #send(call: Call, options: CallOptions): Promise<Answer> {
    try {
      return await this.#once(call, options, false);
    } catch (error) {
      if (!(error instanceof SignInDoubt && error.header !== null && this.#login.refused(error.header))) throw error;
      return await this.#once(call, options, true);
    }
  }

  async #once({ method, path, headers, body = null }: Call, options: CallOptions, isAgain: boolean): Promise<Answer> {
    const { asked, signal, meter } = options, { timeoutMs } = this.#config;
    const url = this.#account.baseUrl + path;
    const began = performance.now();
    const note = (error: Exchange["error"]) =>
      this.#lastExchange = { at: this.#clock.now(), tookMs: Math.round(performance.now() - began), error };
    const count = (outcome: string) => noteRequest(outcome, (performance.now() - began) / 1000);
    if (isAgain) meter.requests++;
    let answer: Answer | null = null;
    try {
      const header = await this.#login.authorize(method, url, signal);
      answer = await exchange({
        method,
        url,
        headers: { Accept: "application/json", ...headers, Authorization: header },
        body,
      }, { asked, timeoutMs, signal });
      if (answer.status < 200 || answer.status > 299) {
        const error = errorOf(asked, answer, this.#clock.now());
        throw error instanceof SignInDoubt ? new SignInDoubt(error.serverDate, header) : error;
      }
      note(null);
      count("ok");
      this.#isProven = true;
      this.#refusal = null;
      return answer;
    } catch (error) {
      noteExchange(error, { method, path, body }, answer);
      count(error instanceof AppError ? error.code : "other");
      // that NetSuite says no to a question is an answer too
      if (error instanceof AppError && error.recovery === "retry") note({ code: error.code, message: error.message });
      else if (error instanceof AppError && !(error instanceof SignInDoubt)) note(null);
      throw error;
    }
  }

  /** Begins to find out about a refused sign-in. All doubts of the moment are settled by one probe. */
  #doubt(doubt: SignInDoubt, options: CallOptions): void {
    this.#probing ??= this.#probe(doubt, options).finally(() => this.#probing = null);
    this.#probing.catch(() => {}); // whoever has the doubt awaits it
    this.#probes.set(doubt, this.#probing);
  }

  /** Waits until it is known whether the sign-in is refused for certain. */
  async #settle(doubt: SignInDoubt, options: CallOptions): Promise<void> {
    await this.#probes.get(doubt);
    options.signal?.throwIfAborted();
  }

  async #probe(doubt: SignInDoubt, { asked, meter }: CallOptions): Promise<void> {
    this.#log.warning("NetSuite refused a sign-in; asking about it before it is believed", { asked });
    let last = doubt;
    for (const wait of this.#isProven ? PROBES_MS : PROBES_MS.slice(0, 1)) {
      await this.#wait(wait);
      meter.requests++;
      try {
        await this.#send({ method: "GET", path: SERVER_TIME }, { asked: "its clock", meter });
        return;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // throttled, busy or not reachable says nothing against the sign-in
        if (!(error instanceof SignInDoubt)) return;
        last = error;
      }
    }
    this.#isProven = false;
    const error = this.#refusalOf(last);
    this.#refusal = { error, until: +this.#clock.now() + LOGIN_REST_MS };
    this.#lastExchange = { at: this.#clock.now(), tookMs: 0, error: { code: error.code, message: error.message } };
    throw error;
  }

  #throwRefusal(): void {
    if (this.#refusal && +this.#clock.now() < this.#refusal.until) throw this.#refusal.error;
  }

  #refusalOf({ serverDate }: SignInDoubt): UpstreamLoginError {
    const offMs = serverDate ? +this.#clock.now() - +serverDate : 0;
    if (Math.abs(offMs) > CLOCK_OFF_MS) {
      return new ClockError(
        `NetSuite refused our sign-in, and this machine's clock is ${Math.round(Math.abs(offMs) / 1000)} s ` +
          `${offMs > 0 ? "ahead of" : "behind"} NetSuite's: sign-ins are taken within 300 s only.`,
      );
    }
    const sandbox = this.#account.isSandbox
      ? ` ${this.#account.realm} is a sandbox: a refresh wipes its tokens and certificates.`
      : "";
    return new UpstreamLoginError(
      "NetSuite refused our sign-in. It does not say why; the account's administrator sees the cause in Setup > " +
        `Users/Roles > View Login Audit Trail.${sandbox}`,
    );
  }
}
