import { ObjectId } from "mongodb";
import { AppError } from "../../errors.ts";
import type { Store } from "../../store/connect.ts";
import { currentActor } from "../actor.ts";
import type { Audit } from "../audit.ts";
import { SESSIONS } from "../auth.ts";
import type { Notices } from "../notices.ts";
import type { People } from "../people.ts";
import type { Person } from "../roles.ts";
import type { CodeLimits } from "./code_limits.ts";
import type { FactorStore } from "./factor_store.ts";
import { isFactorRequired, type RequireTwoFactor } from "./required.ts";
import { keyUri } from "./totp.ts";

/** A key that an authenticator app is to take up: as text to be typed, and as the address that a QR code holds. */
export interface FactorKey {
  text: string;
  uri: string;
}

/** The second factor of people, as they and admins manage it. Every change is in the audit log and told to the person by mail. */
export interface OwnFactor {
  /** How it stands. `since` in ISO; null without one. */
  stateOf(personId: string): Promise<{ since: string; recoveryLeft: number } | null>;
  /** True when the settings want one of this person. */
  isRequired(person: Pick<Person, "role">): boolean;
  /**
   * Begins the set-up, of a first second factor or of one on a new device: that of before counts until a code of the new one
   * has confirmed it.
   *
   * @param shown the own password (not asked of who has none), the session that begins, and a code, or recovery code, of the
   *   second factor that there is
   * @throws {AppError} `wrong_password`, `wrong_code`, `too_many_tries`
   */
  begin(person: Person, shown: { password: string; code?: string; session: string }): Promise<FactorKey>;
  /** The key of the set-up that this session has begun, to show it again; null when it is over. */
  begun(person: Person, session: string): Promise<FactorKey | null>;
  /**
   * Finishes the set-up: all other sessions end, and this one counts as opened with a second factor.
   *
   * @returns the recovery codes: shown this once
   * @throws {AppError} `wrong_code`, `too_many_tries`, `set_up_over`
   */
  confirm(person: Person, shown: { code: string; session: string }): Promise<string[]>;
  /** New recovery codes; earlier ones end. @throws {AppError} `wrong_password`, `wrong_code`, `too_many_tries` */
  renewRecovery(person: Person, shown: { password: string; code: string }): Promise<string[]>;
  /** @throws {AppError} `wrong_password`, `wrong_code`, `too_many_tries`, `factor_required` */
  switchOff(person: Person, shown: { password: string; code: string }): Promise<void>;
  /**
   * Takes a person's second factor away, for who has lost it; all their sessions end. Whoever asks must know by other ways who
   * they are speaking with.
   *
   * @throws {AppError} `unknown_person`, `beyond_own_rights`, `own_account`, `no_factor`
   */
  reset(personId: string, by: Person): Promise<void>;
}

/** What it is made of. */
export interface OwnFactorParts {
  store: Store;
  factors: FactorStore;
  limits: CodeLimits;
  audit: Audit;
  people: People;
  notices: Notices;
  require: RequireTwoFactor;
  /** Asks for the own password. @throws {AppError} `wrong_password`, `too_many_tries` */
  confirmPassword(person: Person, password: string): Promise<void>;
}

/** The second factors of a store's people. */
export function ownFactorOf(parts: OwnFactorParts): OwnFactor {
  const { store, factors, limits, audit, people, notices, confirmPassword } = parts;
  const sessions = store.collection(SESSIONS);
  const subjectOf = ({ id, name }: { id: string; name: string }) => ({ kind: "person", id, name });
  const isRequired = (person: Pick<Person, "role">) => isFactorRequired(parts.require, person.role);
  const keyOf = (person: Person, key: string): FactorKey => ({
    text: key.match(/.{1,4}/g)!.join(" "),
    uri: keyUri(key, person.email),
  });

  async function countTry(person: Person): Promise<void> {
    const wait = await limits.count(person.id, currentActor().address);
    if (wait === null) return;
    const text = `Too many codes were tried. The next try is possible in ${wait} s.`;
    throw new AppError(text, "too_many_tries", "reject_request");
  }

  async function wrongCode(person: Person, what: string): Promise<AppError> {
    await audit.write({ action: "second_factor.refused", subject: subjectOf(person), details: { what } });
    const text =
      "This code is not right, or was used before. Wait for the next one, and look at the clock of your device.";
    return new AppError(text, "wrong_code", "reject_request");
  }

  async function askCode(person: Person, code: string, what: string): Promise<void> {
    await countTry(person);
    if (await factors.take(person.id, code) === null) throw await wrongCode(person, what);
    await limits.forget(person.id);
  }

  return {
    isRequired,

    async stateOf(personId) {
      const found = await factors.find(personId);
      return found && { since: found.since.toISOString(), recoveryLeft: found.recoveryLeft };
    },

    async begin(person, { password, code = "", session }) {
      await confirmPassword(person, password);
      if (await factors.find(person.id) !== null) await askCode(person, code, "new device");
      return keyOf(person, await factors.begin(person.id, session));
    },

    async begun(person, session) {
      const key = await factors.begun(person.id, session);
      return key === null ? null : keyOf(person, key);
    },

    async confirm(person, { code, session }) {
      await countTry(person);
      if (await factors.begun(person.id, session) === null) {
        throw new AppError("The set-up took too long, or is over. Begin anew.", "set_up_over", "reject_request");
      }
      const codes = await factors.confirm(person.id, session, code);
      if (codes === null) throw await wrongCode(person, "set-up");
      await limits.forget(person.id);
      const [_id, userId] = [new ObjectId(session), new ObjectId(person.id)];
      await sessions.updateOne({ _id, userId }, { $set: { secondFactor: "code" } });
      const { deletedCount } = await sessions.deleteMany({ userId, _id: { $ne: _id } });
      await audit.write({
        action: "second_factor.switched_on",
        subject: subjectOf(person),
        details: { sessionsEnded: deletedCount },
      });
      notices.tell(person.email, "Your second factor is on", "A second factor now protects your account.");
      return codes;
    },

    async renewRecovery(person, { password, code }) {
      await confirmPassword(person, password);
      await askCode(person, code, "new recovery codes");
      const codes = await factors.renewRecovery(person.id);
      if (codes === null) throw await wrongCode(person, "new recovery codes");
      await audit.write({ action: "second_factor.recovery_renewed", subject: subjectOf(person) });
      notices.tell(
        person.email,
        "New recovery codes",
        "Your account has new recovery codes. The earlier ones have ended.",
      );
      return codes;
    },

    async switchOff(person, { password, code }) {
      if (isRequired(person)) {
        const text = "Your role needs a second factor, so that it cannot be switched off.";
        throw new AppError(text, "factor_required", "reject_request");
      }
      await confirmPassword(person, password);
      await askCode(person, code, "switching off");
      await factors.remove(person.id);
      // should one be wanted of them from now on, these sessions have none
      const own = { userId: new ObjectId(person.id), secondFactor: { $ne: "provider" } };
      await sessions.updateMany(own, { $set: { secondFactor: null } });
      await audit.write({ action: "second_factor.switched_off", subject: subjectOf(person) });
      notices.tell(person.email, "Your second factor is off", "Your account asks for the password alone again.");
    },

    async reset(personId, by) {
      if (personId === by.id) {
        const text = "Switch your own second factor off under Your account.";
        throw new AppError(text, "own_account", "reject_request");
      }
      await people.refuseAbove(personId, by);
      const target = (await people.find(personId))!;
      if (!await factors.remove(personId)) {
        throw new AppError(`${target.name} has no second factor.`, "no_factor", "reject_request");
      }
      const { deletedCount } = await sessions.deleteMany({ userId: new ObjectId(personId) });
      await audit.write({
        action: "second_factor.reset",
        subject: subjectOf(target),
        details: { sessionsEnded: deletedCount },
      });
      notices.tell(
        target.email,
        "Your second factor was taken away",
        `${by.name} has taken the second factor of your account away. All your sessions have ended.`,
      );
    },
  };
}
