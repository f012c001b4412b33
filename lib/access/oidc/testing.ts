import type { OidcConfig } from "../../config.ts";
import { openTestStore, type TestStore } from "../../store/testing.ts";
import { type Access, openAccess } from "../access.ts";
import type { Person } from "../roles.ts";
import { TEST_PASSWORD } from "../testing.ts";
import type { Oidc } from "./oidc.ts";
import { type Claims, type SecretWay, startProvider, type TestProvider } from "./provider_testing.ts";

/** Where the provider leads back to in tests of this folder. */
export const RETURN = "https://tidemark.example.com/sign-in/oidc/return";

/** Tidemark's accounts, a provider, and a browser that goes between them. */
export interface Trio extends AsyncDisposable {
  provider: TestProvider;
  access: Access;
  oidc: Oidc;
  store: TestStore;
  /** Moves the clock of Tidemark on; the provider's stays. */
  pass(ms: number): void;
  /** Makes an account with the address `<name in lower case>@example.com`. */
  make(name: string, role: string): Promise<Person>;
  /** Begins a sign-in with an empty browser, or one that has a cookie. */
  begin(next?: string, headers?: Headers): Promise<{ to: string; headers: Headers }>;
  /** Begins and goes to the provider: the query with which it leads back, and what the browser then sends. */
  away(): Promise<{ query: string; headers: Headers }>;
  finish(query: string, headers: Headers): ReturnType<Oidc["finish"]>;
  /** The whole way: the reason of a refusal, or what became of the session. */
  tryAs(claims: Claims | null): Promise<string>;
  /** As `tryAs`, for somebody who comes in: the headers of the browser. */
  signInAs(claims: Claims): Promise<Headers>;
  /** What the audit log tells, in order: action and details. */
  audited(): Promise<{ action: string; details: unknown }[]>;
}

/** The settings that lead to a provider of tests. */
export function configFor(provider: TestProvider, change: Partial<OidcConfig> = {}): OidcConfig {
  return {
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    scopes: ["openid", "email", "profile", "groups"],
    label: "Acme",
    roles: null,
    verifiedClaim: "email_verified",
    secondFactor: "ask",
    sessionMs: 12 * 3_600_000,
    ...change,
  };
}

/** Starts all three. */
export async function startTrio(change: Partial<OidcConfig> = {}, way?: SecretWay): Promise<Trio> {
  const store = await openTestStore();
  const provider = await startProvider(RETURN, way);
  let time = 0;
  const access = await openAccess({
    config: {
      publicUrl: new URL(RETURN).origin,
      appSecret: "0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
      adminEmail: null,
      adminPassword: null,
      port: 8000,
      oidc: configFor(provider, change),
    },
    store,
    now: () => new Date(Date.now() + time),
  });
  const oidc = access.oidc!;
  const trio: Trio = {
    ...{ provider, access, oidc, store },
    pass: (ms) => void (time += ms),
    make: (name, role) =>
      access.createPerson({ name, email: `${name.toLowerCase()}@example.com`, password: TEST_PASSWORD, role }),
    async begin(next, headers = new Headers()) {
      const begun = await oidc.begin({ next: next ?? null, other: false }, { address: null, headers });
      if (begun.outcome === "refused") throw new Error(begun.refusal.reason);
      return { to: begun.to, headers: headersOf(begun.cookies) };
    },
    async away() {
      const { to, headers } = await trio.begin();
      return { query: (await provider.visit(to)).search, headers };
    },
    finish: (query, headers) => oidc.finish(query, { address: "203.0.113.5", userAgent: "Test/1", headers }),
    async tryAs(claims) {
      provider.user = claims;
      const { query, headers } = await trio.away();
      const finished = await trio.finish(query, headers);
      return finished.outcome === "refused" ? finished.refusal.reason : finished.session.outcome;
    },
    async signInAs(claims) {
      provider.user = claims;
      const { query, headers } = await trio.away();
      const finished = await trio.finish(query, headers);
      if (finished.outcome === "opened" && finished.session.outcome === "done") {
        return headersOf(finished.session.cookies);
      }
      throw new Error(`Not signed in: ${JSON.stringify(finished)}`);
    },
    async audited() {
      const found = await store.collection("audit_log").find({}, { sort: { _id: 1 } }).toArray();
      return found.map(({ action, details }) => ({ action: String(action), details }));
    },
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
  return trio;
}

/** A test with all three. */
export function trioTest(name: string, body: (trio: Trio) => Promise<void>, change: Partial<OidcConfig> = {}): void {
  Deno.test(name, async () => {
    await using trio = await startTrio(change);
    await body(trio);
  });
}

/** What a browser sends after it got these cookies. */
export function headersOf(cookies: string[]): Headers {
  return new Headers({ cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") });
}
