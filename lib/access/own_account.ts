import { type Document, ObjectId } from "mongodb";
import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import type { Audit } from "./audit.ts";
import { ACCOUNTS, SESSIONS } from "./auth.ts";
import type { FaultInPassword } from "./password_check.ts";
import type { Person } from "./roles.ts";
import type { Throttle } from "./throttle.ts";

/** How often the present password may be tried for a change. */
export const CHANGE_LIMIT = { most: 5, windowMs: 15 * 60_000 };

/** What a signed-in person does with the own account. */
export interface OwnAccount {
  /** False for who signs in through an identity provider only. */
  hasPassword(person: Person): Promise<boolean>;
  /**
   * Ends one of the own sessions, or all but the present one. Returns how many.
   *
   * @param present id of the session that asks
   */
  endSessions(person: Person, session: string | "others", present: string): Promise<number>;
  /**
   * Changes the own password and ends all other sessions, and links for a new password.
   *
   * @throws {AppError} `bad_person` when the new one will not do; `wrong_password`; `too_many_tries`
   */
  changePassword(person: Person, present: { password: string; session: string }, next: string): Promise<void>;
  /**
   * Asks for the own password again, before something that a thief of the session must not do. Who has none is not asked.
   *
   * @throws {AppError} `wrong_password`; `too_many_tries`
   */
  confirmPassword(person: Person, password: string): Promise<void>;
}

/** What is needed for it. */
export interface OwnAccountParts {
  store: Store;
  audit: Audit;
  throttle: Throttle;
  faultInPassword: FaultInPassword;
  closeResets(email: string): Promise<void>;
  /** Ends sign-ins by the old password that wait for a code. */
  closeChallenges(personId: string): Promise<void>;
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

/** The own accounts on a store. */
export function ownAccountOf(parts: OwnAccountParts): OwnAccount {
  const { store, audit, throttle, faultInPassword, closeResets, closeChallenges, hash, verify } = parts;
  const sessions = store.collection(SESSIONS);
  const accounts = store.collection(ACCOUNTS);
  const credential = (person: Person) => ({ userId: new ObjectId(person.id), providerId: "credential" });
  const idOf = (text: string) => /^[0-9a-f]{24}$/.test(text) ? new ObjectId(text) : new ObjectId();
  const subjectOf = ({ id, name }: Person) => ({ kind: "person", id, name });

  async function endOthers(person: Person, present: string): Promise<number> {
    const { deletedCount } = await sessions.deleteMany({
      userId: new ObjectId(person.id),
      _id: { $ne: idOf(present) },
    });
    return deletedCount;
  }

  async function askPassword(person: Person, account: Document | null, password: string): Promise<void> {
    const wait = await throttle.count(`password:${person.id}`, CHANGE_LIMIT);
    if (wait !== null) {
      const text = `Too many tries. The next one is possible in ${wait} s.`;
      throw new AppError(text, "too_many_tries", "reject_request");
    }
    if (account && await verify(password, String(account.password))) {
      return await throttle.forget(`password:${person.id}`, CHANGE_LIMIT); // the right one begins anew
    }
    await audit.write({ action: "password.change_failed", subject: subjectOf(person) });
    throw new AppError("This is not your present password.", "wrong_password", "reject_request");
  }

  return {
    async confirmPassword(person, password) {
      const account = await accounts.findOne(credential(person));
      if (account !== null) await askPassword(person, account, password);
    },

    async hasPassword(person) {
      return await accounts.findOne(credential(person), { projection: { _id: 1 } }) !== null;
    },

    async endSessions(person, session, present) {
      const ended = session === "others"
        ? await endOthers(person, present)
        : (await sessions.deleteMany({ userId: new ObjectId(person.id), _id: idOf(session) })).deletedCount;
      if (ended > 0) await audit.write({ action: "session.revoked", subject: subjectOf(person), details: { ended } });
      return ended;
    },

    async changePassword(person, present, next) {
      const fault = await faultInPassword(next, person.email);
      if (fault !== null) throw new AppError(fault, "bad_person", "reject_request");
      const account = await accounts.findOne(credential(person));
      await askPassword(person, account, present.password);
      await accounts.updateOne(credential(person), { $set: { password: await hash(next), updatedAt: new Date() } });
      const ended = await endOthers(person, present.session);
      await Promise.all([closeResets(person.email), closeChallenges(person.id)]);
      await audit.write({
        action: "password.changed",
        subject: subjectOf(person),
        details: { sessionsEnded: ended },
      });
    },
  };
}
