import { ObjectId } from "mongodb";
import { logOf } from "../log.ts";
import type { Store } from "../store/connect.ts";
import { actorOf } from "./actor.ts";
import { networkOf } from "./address.ts";
import type { Audit } from "./audit.ts";
import { ACCOUNTS } from "./auth.ts";
import { isOutdated } from "./password_hash.ts";
import { MOST_PASSWORD_LENGTH } from "./passwords.ts";
import type { SessionOrigin, Sessions } from "./sessions.ts";
import type { StoredPeople, StoredUser } from "./stored_person.ts";
import type { Throttle } from "./throttle.ts";

/** Sign-in attempts that one address has in a minute before it must wait. */
export const SIGN_IN_LIMIT = { most: 10, windowMs: 60_000 };

/** What a sign-in is tried with. The limit is counted on its `address`. */
export interface SignIn extends SessionOrigin {
  email: string;
  password: string;
}

/**
 * What became of a sign-in. `wrong` never says whether the address is known; `code`: what was shown is right, and a code of
 * the second factor is still to be given. `cookies` are whole `Set-Cookie` values.
 */
export type SignInResult =
  | { outcome: "done"; cookies: string[] }
  | { outcome: "code"; cookies: string[] }
  | { outcome: "wrong" }
  | { outcome: "off"; message: string }
  | { outcome: "limited"; retryAfterSeconds: number };

/** How somebody has shown who they are. */
export interface Proven extends SessionOrigin {
  by: "password" | "provider";
  /** What was shown as the second factor; absent: one is asked for where the account has it. */
  secondFactor?: "code" | "recovery code" | "provider";
}

/** Ways in. */
export interface SignIns {
  /** Tries an e-mail and a password. Takes the same time for an unknown address as for a wrong password. */
  signIn(input: SignIn): Promise<SignInResult>;
  /**
   * Opens a session for somebody who has shown who they are, whichever way: the one door of all sign-ins. The session has a
   * new id, the one that `replaces` holds ends, and the audit log has it. Refused (`off`) for an account that is switched off.
   * An account with a second factor gets no session but a challenge (`code`), unless the second factor was shown.
   *
   * @param personId an account that exists
   */
  openSession(personId: string, proven: Proven): Promise<SignInResult>;
}

/** What sign-ins are made of. */
export interface SignInParts {
  store: Store;
  people: StoredPeople;
  sessions: Sessions;
  audit: Audit;
  throttle: Throttle;
  /** Where the account has a second factor: makes a challenge and returns its cookies; else null. */
  challenge(personId: string, proven: Proven): Promise<string[] | null>;
  /** After how long a session ends by which somebody came in by the provider, in milliseconds; absent: as any other. */
  providerSessionMs?: number;
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

const SWITCHED_OFF = "This account is switched off. An admin can switch it on again.";

/** The sign-ins of a store. */
export function signInsOf(parts: SignInParts): SignIns {
  const { store, people, sessions, audit, throttle, hash, verify } = parts;
  const subjectOf = ({ id, name }: StoredUser) => ({ kind: "person", id, name });

  /** The account that has this address and password. Where there is none to compare with, the same time passes. */
  async function holderOf(user: StoredUser | null, password: string): Promise<StoredUser | null> {
    if (password.length > MOST_PASSWORD_LENGTH) return null; // no such password can have been set
    const account = user && await store.collection(ACCOUNTS).findOne({
      userId: new ObjectId(user.id),
      providerId: "credential",
    });
    if (typeof account?.password === "string") {
      if (!await verify(password, account.password)) return null;
      if (isOutdated(account.password)) {
        const known = { _id: account._id, password: account.password }; // unless it was changed in between
        await store.collection(ACCOUNTS).updateOne(known, { $set: { password: await hash(password) } });
      }
      return user;
    }
    await hash(password);
    return null;
  }

  /** Writes down a failure: it names the account that was tried, never what was typed. */
  async function noteFailure(user: StoredUser | null, reason: string, address: string | null): Promise<void> {
    const subject = user ? { subject: subjectOf(user) } : {};
    await audit.write({ action: "sign_in.failed", ...subject, details: { reason } }, actorOf(null, address));
  }

  async function openSession(personId: string, proven: Proven): Promise<SignInResult> {
    const { by, secondFactor = null, ...origin } = proven;
    const user = await people.byId(personId);
    if (user === null || user.banned === true) {
      await noteFailure(user, "switched off", origin.address);
      return { outcome: "off", message: SWITCHED_OFF };
    }
    const asked = secondFactor === null ? await parts.challenge(personId, proven) : null;
    if (asked !== null) return { outcome: "code", cookies: asked };
    const endsAfterMs = by === "provider" ? parts.providerSessionMs : undefined;
    const cookies = await sessions.open(personId, origin, secondFactor, endsAfterMs);
    const subject = subjectOf(user);
    const actor = actorOf(await people.personOf(user), origin.address);
    await audit.write({ action: "sign_in.done", subject, details: { by, secondFactor } }, actor);
    return { outcome: "done", cookies };
  }

  async function tryPassword({ email, password, ...origin }: SignIn): Promise<SignInResult> {
    const wait = await throttle.count(`sign in:${networkOf(origin.address)}`, SIGN_IN_LIMIT);
    if (wait !== null) return { outcome: "limited", retryAfterSeconds: wait };
    const user = await people.byEmail(email);
    const holder = await holderOf(user, password);
    if (holder !== null) return await openSession(holder.id, { ...origin, by: "password" });
    await noteFailure(user, user ? "wrong password" : "unknown address", origin.address);
    return { outcome: "wrong" };
  }

  return {
    openSession,

    async signIn(input) {
      const result = await tryPassword(input);
      // without the e-mail: people type their password into the wrong field
      logOf("access").info("Sign-in from {address}: {outcome}", { address: input.address, outcome: result.outcome });
      return result;
    },
  };
}
