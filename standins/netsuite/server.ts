/**
 * The NetSuite stand-in: an account behind HTTP, with logins, concurrency limit and faults in front.
 */
import type { DatabaseSync } from "node:sqlite";
import { Account, type AccountOptions } from "./account.ts";
import {
  badGateway,
  forbidden,
  methodNotAllowed,
  misdirected,
  notFound,
  resource,
  tooManyRequests,
  unauthorized,
  unexpectedError,
} from "./answers.ts";
import { LoginAudit, LoginLock } from "./audit.ts";
import { serveControl } from "./control.ts";
import { type Certificate, ClientCredentialsLogin, TOKEN_PATH } from "./oauth2.ts";
import { openCredentials } from "./credentials.ts";
import type { FaultSwitches } from "./faults.ts";
import { type Credentials, type SentRequest, TokenLogin } from "./oauth1.ts";
import { answerQuery, type Call, errorId } from "./query.ts";
import { answerRecord, RECORD_PATH } from "./record.ts";
import { ASYNC_PATH } from "./records/jobs.ts";
import { Slots } from "./slots.ts";

export interface NetSuiteOptions extends Omit<AccountOptions, "file"> {
  /** 0 or absent: any free port. */
  port?: number;
  controlPort?: number;
  hostname?: string;
  /** Folder for data and credentials; absent: in memory. */
  dataDir?: string;
  accountId?: string;
  /** Certificates that a client may sign with for OAuth 2.0; more through the control port. */
  certificates?: Certificate[];
  /** Requests that may run at once. Default 5. */
  slots?: number;
  /** Time that every request takes at least. Default 0. */
  latencyMs?: number;
  /** PEM texts: then it speaks HTTPS (HTTP/2 too), as a real account does and some clients insist on. */
  tls?: { cert: string; key: string };
}

/** A running stand-in. */
export interface NetSuiteStandIn {
  /** Settings that a client of this account needs, by name. */
  settings: Record<string, string>;
  controlUrl: string;
  db: DatabaseSync;
  account: Account;
  faults: FaultSwitches;
  audit: LoginAudit;
  /** OAuth 2.0: certificates and tokens. */
  clientCredentials: ClientCredentialsLogin;
  requests: RequestCounts;
  close(): Promise<void>;
}

/** Requests since the start by kind, and answers by status. */
export interface RequestCounts {
  byKind: Record<string, number>;
  byStatus: Record<string, number>;
  /** Most requests that ran at once. */
  highestAtOnce: number;
}

const KINDS: Record<string, string> = {
  "/services/rest/query/v1/suiteql": "suiteql",
  [TOKEN_PATH]: "token",
  "/services/rest/system/v1/serverTime": "serverTime",
  "/services/rest/system/v1/governanceLimits": "governanceLimits",
};

/** Starts an account with its control port, both on loopback unless told otherwise. Resolves when both listen. */
export async function startNetSuite(options: NetSuiteOptions = {}): Promise<NetSuiteStandIn> {
  const { hostname = "127.0.0.1", dataDir, accountId } = options;
  if (dataDir !== undefined) await Deno.mkdir(dataDir, { recursive: true });
  const inData = (name: string) => (dataDir === undefined ? undefined : `${dataDir}/${name}`);
  const credentials = openCredentials(inData("credentials.json"), accountId);
  const account = new Account({ ...options, file: inData("netsuite.db") });
  const front = new Front(account, credentials, options);
  const server = Deno.serve(
    { port: options.port ?? 0, hostname, onListen() {}, ...options.tls },
    (request) => front.answer(request),
  );
  const requests = front.requests;
  const control = serveControl({
    account,
    audit: front.audit,
    bearer: front.bearer,
    requests,
    hostname,
    port: options.controlPort ?? 0,
  });
  return {
    settings: {
      NETSUITE_BASE_URL: `${options.tls ? "https" : "http"}://${hostname}:${server.addr.port}`,
      NETSUITE_ACCOUNT_ID: credentials.accountId,
      NETSUITE_CONSUMER_KEY: credentials.consumerKey,
      NETSUITE_CONSUMER_SECRET: credentials.consumerSecret,
      NETSUITE_TOKEN_ID: credentials.tokenId,
      NETSUITE_TOKEN_SECRET: credentials.tokenSecret,
    },
    controlUrl: control.url,
    db: account.db,
    account,
    faults: account.faults,
    audit: front.audit,
    clientCredentials: front.bearer,
    requests,
    async close() {
      front.stop();
      await Promise.all([server.shutdown(), control.close()]);
      account.close();
    },
  };
}

/** What every request passes on its way to the account. */
class Front {
  readonly audit = new LoginAudit();
  readonly bearer: ClientCredentialsLogin;
  private readonly login: TokenLogin;
  private readonly lock = new LoginLock();
  private readonly slots: Slots;
  private readonly scheme: "http" | "https";
  private readonly stopping = new AbortController();
  private readonly byKind: Record<string, number> = {};
  private readonly byStatus: Record<string, number> = {};
  readonly requests: RequestCounts;

  constructor(
    private readonly account: Account,
    private readonly credentials: Credentials,
    private readonly options: NetSuiteOptions,
  ) {
    this.login = new TokenLogin(credentials);
    this.bearer = new ClientCredentialsLogin(credentials.consumerKey, credentials.accountId);
    for (const certificate of options.certificates ?? []) this.bearer.addCertificate(certificate);
    const { faults } = account;
    this.scheme = options.tls ? "https" : "http";
    this.slots = new Slots(
      () => faults.current.slots ?? options.slots ?? 5,
      () => faults.current.slotsTaken ?? 0,
      () => faults.current.integrationSlots ?? Infinity,
    );
    const slots = this.slots;
    this.requests = {
      byKind: this.byKind,
      byStatus: this.byStatus,
      get highestAtOnce() {
        return slots.highest;
      },
    };
  }

  /** Ends waiting requests at once. */
  stop(): void {
    this.stopping.abort();
  }

  async answer(request: Request): Promise<Response> {
    // The URL of a request is the text that was sent, not a parsed one: signatures cover exactly that.
    const target = request.url.slice(request.url.indexOf("/", request.url.indexOf("://") + 3));
    const path = target.split("?", 1)[0]!;
    const kind = KINDS[path] ??
      (path.startsWith(RECORD_PATH) ? "record" : path.startsWith(ASYNC_PATH) ? "async" : "other");
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
    let response: Response;
    try {
      response = await this.guarded(request, target, path, kind);
    } catch (error) {
      // a caller that was killed while its question was on the way: nobody waits for an answer
      const isGone = error instanceof Deno.errors.BadResource || request.signal.aborted;
      if (!isGone) console.error(`The NetSuite stand-in failed at ${request.method} ${path}:`, error);
      response = unexpectedError(errorId(this.account));
    }
    response.headers.set("date", this.account.visibleNow().toUTCString());
    this.byStatus[response.status] = (this.byStatus[response.status] ?? 0) + 1;
    return response;
  }

  private async guarded(request: Request, target: string, path: string, kind: string): Promise<Response> {
    const { faults } = this.account;
    if (faults.strikes("gateway")) return badGateway();
    if (!this.isOwnHost(hostOf(request))) return misdirected();
    if (kind === "token") return await this.giveToken(request, path);
    if (!this.logIn(request, target, path)) return this.refusal(request);
    const release = this.slots.take();
    if (!release) return tooManyRequests();
    try {
      if (faults.strikes("throttle")) return tooManyRequests();
      const slow = faults.strikes("slow") ? faults.current.slow! : null;
      await this.wait(faults.latencyMs(this.options.latencyMs ?? 0) + (slow && !slow.after ? slow.ms : 0));
      if (faults.strikes("error")) return unexpectedError(errorId(this.account));
      if (!this.account.permits("REST Web Services", "full")) return forbidden();
      const response = await this.route(request, target, kind);
      if (slow?.after) await this.wait(slow.ms);
      return response.ok && response.body && faults.strikes("truncate")
        ? await cut(response, faults.current.truncate?.how ?? "json")
        : response;
    } finally {
      release();
    }
  }

  /** NetSuite's own host names lead to the account that they name; any other host (a loopback address) leads here. */
  private isOwnHost(host: string): boolean {
    const label = /^(.+)\.suitetalk\.api\.netsuite\.com(?::\d+)?$/i.exec(host)?.[1];
    if (label === undefined) return !/\.netsuite\.com(?::\d+)?$/i.test(host);
    return label.toLowerCase() === this.credentials.accountId.toLowerCase().replaceAll("_", "-");
  }

  private logIn(request: Request, target: string, path: string): boolean {
    const { faults } = this.account;
    const now = this.account.visibleNow();
    const authorization = request.headers.get("authorization") ?? "";
    const host = hostOf(request);
    const sent: SentRequest = { method: request.method, scheme: this.scheme, host, target, authorization };
    let verdict = this.lock.refuses(now) ??
      (isBearer(authorization) ? this.bearer.verify(authorization, now) : this.login.verify(sent, now));
    if (verdict.cause === "ok" && faults.current.revoked) {
      verdict = { cause: "token_rejected", detail: "all tokens are revoked" };
    }
    const right = isBearer(authorization) ? "Log in using OAuth 2.0 Access Tokens" : "Log in using Access Tokens";
    if (verdict.cause === "ok" && !this.account.permits(right, "full")) {
      verdict = { cause: "permission_denied", detail: `the role lacks "${right}"` };
    }
    if (verdict.cause === "ok" && this.slots.busy >= (faults.current.unauthorizedWhenBusy ?? Infinity)) {
      verdict = { cause: "overload", detail: `${this.slots.busy} requests run` };
    }
    if (verdict.cause === "ok" && faults.strikes("unauthorized")) {
      verdict = { cause: "overload", detail: "the login service is busy" };
    }
    this.lock.count(verdict, now, faults.current.lockAfter);
    this.audit.add({ at: now.toISOString(), ...verdict, method: request.method, path });
    return verdict.cause === "ok";
  }

  private refusal(request: Request): Response {
    const response = unauthorized();
    if (isBearer(request.headers.get("authorization") ?? "")) {
      const realm = this.credentials.accountId;
      const challenge = `Bearer realm="${realm}", error="invalid_token", error_description="Invalid login attempt."`;
      response.headers.set("www-authenticate", challenge);
    }
    return response;
  }

  private async giveToken(request: Request, path: string): Promise<Response> {
    const now = this.account.visibleNow();
    const url = `${this.scheme}://${hostOf(request)}${path}`;
    const { tokenSeconds, certificatesExpired, revoked } = this.account.faults.current;
    const gone = revoked ? "is not mapped any more" : certificatesExpired ? "has expired" : null;
    const { response, verdict } = await this.bearer.answer(request, url, now, tokenSeconds, gone);
    this.audit.add({ at: now.toISOString(), ...verdict, method: request.method, path });
    return response;
  }

  private route(request: Request, target: string, kind: string): Response | Promise<Response> {
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const host = hostOf(request);
    const call: Call = {
      request,
      account: this.account,
      query: mark < 0 ? "" : target.slice(mark + 1),
      address: `${this.scheme}://${host}${path}`,
    };
    if (kind === "suiteql") {
      return this.account.permits("SuiteAnalytics Workbook", "view") ? answerQuery(call) : forbidden();
    }
    if (kind === "async") {
      if (request.method !== "GET") return methodNotAllowed("GET");
      return this.account.jobs.answer(path.slice(ASYNC_PATH.length), `${this.scheme}://${host}`);
    }
    if (kind === "record") return answerRecord(call);
    if (kind === "other") return notFound(path.replace("/services/rest", ""));
    if (request.method !== "GET") return methodNotAllowed("GET");
    if (kind === "serverTime") {
      return resource(JSON.stringify({ serverTime: this.account.visibleNow().toISOString() }), "singular");
    }
    if (this.account.faults.current.governanceVisible === false) return forbidden();
    const total = this.slots.total();
    const own = this.account.faults.current.integrationSlots;
    const limits = own === undefined
      ? {
        accountConcurrencyLimit: total,
        accountUnallocatedConcurrencyLimit: total,
        integrationLimitType: "accountLimit",
      }
      : {
        accountConcurrencyLimit: total,
        accountUnallocatedConcurrencyLimit: Math.max(1, total - own),
        integrationConcurrencyLimit: own,
        integrationLimitType: "integrationSpecific",
      };
    return resource(JSON.stringify(limits), "singular");
  }

  private async wait(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (ms <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
    });
  }
}

/** The host as the client named it: HTTP/2 has it in the URL alone. */
function hostOf(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

const isBearer = (authorization: string) => /^bearer\b/i.test(authorization);

/** Half of an answer: as a complete message, or with the connection broken in the middle. */
async function cut(response: Response, how: "json" | "connection"): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const half = bytes.slice(0, bytes.length >> 1);
  const headers = new Headers(response.headers);
  if (how === "json") return new Response(half, { status: response.status, headers });
  headers.set("content-length", String(bytes.length));
  // A body that ends before its promised length: the server has to break the connection.
  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(half);
      controller.close();
    },
  });
  return new Response(broken, { status: response.status, headers });
}
