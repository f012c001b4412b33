import type { CookieMaker } from "../cookies.ts";
import type { Audit } from "../audit.ts";
import { actorOf } from "../actor.ts";
import type { Notices } from "../notices.ts";
import type { Proven, SignInResult } from "../sign_in.ts";
import type { StoredPeople } from "../stored_person.ts";
import { CHALLENGE_LASTS_MS, type Challenges } from "./challenges.ts";
import type { CodeLimits } from "./code_limits.ts";
import type { FactorStore } from "./factor_store.ts";

/** A code that is tried after the first factor. */
export interface CodeTry {
  /** As typed: a code of the app, or a recovery code. */
  code: string;
  /** Headers of the request; the challenge stands in a cookie, and a session there ends. */
  headers: Headers;
  address: string | null;
}

/** What became of it; `expired`: there is nothing to answer any more, the sign-in begins anew. */
export type CodeResult = SignInResult | { outcome: "expired" };

/** The step between the first factor and the session. */
export interface CodeSignIn {
  /** True while the request's browser may still give a code. */
  isAsked(headers: Headers): Promise<boolean>;
  /** Tries a code. */
  signInByCode(input: CodeTry): Promise<CodeResult>;
}

/** What it is made of. */
export interface CodeSignInParts {
  challenges: Challenges;
  factors: FactorStore;
  limits: CodeLimits;
  people: StoredPeople;
  audit: Audit;
  notices: Notices;
  cookies: CookieMaker;
  openSession(personId: string, proven: Proven): Promise<SignInResult>;
}

/** Name of the cookie with the challenge's token, without its prefix. */
const COOKIE = "tidemark.challenge";

/** The cookie that binds a challenge to the browser that gave the password. */
export function challengeCookie(cookies: CookieMaker, token: string): string {
  return cookies.set(COOKIE, token, CHALLENGE_LASTS_MS / 1000);
}

/** The code step of a store. */
export function codeSignInOf(parts: CodeSignInParts): CodeSignIn {
  const { challenges, factors, limits, people, audit, notices, cookies } = parts;

  async function tryCode({ code, headers, address }: CodeTry): Promise<CodeResult> {
    const token = cookies.read(COOKIE, headers) ?? "";
    const challenge = await challenges.countTry(token);
    const user = challenge && await people.byId(challenge.personId);
    if (challenge === null || user === null) return { outcome: "expired" };
    const wait = await limits.count(user.id, address);
    if (wait !== null) return { outcome: "limited", retryAfterSeconds: wait };
    const used = await factors.take(user.id, code);
    if (used === null) {
      const subject = { kind: "person", id: user.id, name: user.name };
      const details = { reason: "wrong code", by: challenge.by };
      await audit.write({ action: "sign_in.failed", subject, details }, actorOf(null, address));
      return await challenges.open(token) === null ? { outcome: "expired" } : { outcome: "wrong" };
    }
    if (!await challenges.take(token)) return { outcome: "expired" };
    await limits.forget(user.id);
    const { by, remember } = challenge;
    const userAgent = headers.get("User-Agent");
    const opened = await parts.openSession(user.id, {
      ...{ by, remember, address, userAgent },
      replaces: headers,
      secondFactor: used,
    });
    if (opened.outcome === "done" && used === "recovery code") {
      const left = (await factors.find(user.id))?.recoveryLeft ?? 0;
      notices.tell(
        user.email,
        "A recovery code was used",
        `Somebody signed in with a recovery code; ${left} are left.`,
      );
    }
    return opened;
  }

  return {
    isAsked: async (headers) => await challenges.open(cookies.read(COOKIE, headers) ?? "") !== null,

    async signInByCode(input) {
      const result = await tryCode(input);
      return result.outcome === "done" ? { ...result, cookies: [...result.cookies, cookies.remove(COOKIE)] } : result;
    },
  };
}
