import { ObjectId } from "mongodb";
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
}

/** What is needed for it. */
export interface OwnAccountParts {
  store: Store;
  audit: Audit;
  throttle: Throttle;
  faultInPassword: FaultInPassword;
  closeResets(email: string): Promise<void>;
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

/** The own accounts on a store. */
export function ownAccountOf(
  { store, audit, throttle, faultInPassword, closeResets, hash, verify }: OwnAccountParts,
): OwnAccount {
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

  return {
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
      const wait = await throttle.count(`password:${person.id}`, CHANGE_LIMIT);
      if (wait !== null) {
        throw new AppError(
          `Too many tries. The next one is possible in ${wait} s.`,
          "too_many_tries",
          "reject_request",
        );
      }
      const account = await accounts.findOne(credential(person));
      if (!account || !await verify(present.password, String(account.password))) {
        await audit.write({ action: "password.change_failed", subject: subjectOf(person) });
        throw new AppError("This is not your present password.", "wrong_password", "reject_request");
      }
      await accounts.updateOne({ _id: account._id }, { $set: { password: await hash(next), updatedAt: new Date() } });
      const ended = await endOthers(person, present.session);
      await closeResets(person.email);
      await audit.write({
        action: "password.changed",
        subject: subjectOf(person),
        details: { sessionsEnded: ended },
      });
    },
  };
}
