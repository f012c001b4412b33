import type { Store } from "../../store/connect.ts";
import type { Secrets } from "../secrets.ts";
import { makeRecoveryCodes, recoveryHash } from "./recovery_codes.ts";
import { newKey, stepOf } from "./totp.ts";

/** A person's second factor as it is kept in `access_second_factors`. */
export interface FactorDocument {
  /** The person's id. */
  _id: string;
  /** The key, sealed; null until a code has confirmed the first set-up. */
  secret: string | null;
  /** When a code confirmed it; null: there is none yet. */
  confirmedAt: Date | null;
  /** The newest time step of which a code was taken: none of it or before is taken again. */
  lastStep: number;
  /** Hashes of the recovery codes that are left, see `recoveryHash`. */
  recovery: string[];
  /** A set-up that was begun: the new key, sealed, the session that began it, and `confirmedAt` of the factor it will replace. */
  pending: { secret: string; session: string; replaces: Date | null; expiresAt: Date } | null;
}

/** The collection of second factors. */
export const SECOND_FACTORS = "access_second_factors";

/** How long a set-up may take, in milliseconds. */
export const SET_UP_LASTS_MS = 10 * 60_000;

/** What a key and what a begun key is sealed to, so that neither opens in another's place. */
export const factorPlace = (id: string) => `second factor:${id}`;
export const pendingPlace = (id: string) => `second factor begun:${id}`;

/** What was shown that counts as a second factor. */
export type FactorUsed = "code" | "recovery code";

/** Second factors in the database. Each change is one conditional update, so that of several at once one is done. */
export interface FactorStore {
  /** How a person's second factor stands; null without one. */
  find(id: string): Promise<{ since: Date; recoveryLeft: number } | null>;
  /** Of these people, those who have one. */
  among(ids: readonly string[]): Promise<Set<string>>;
  /**
   * Begins a set-up with a new key, in place of one that was begun before. A second factor that there is counts until the
   * new one is confirmed. Returns the key, base32.
   */
  begin(id: string, session: string): Promise<string>;
  /** The key of a set-up that this session began and may still finish; else null. */
  begun(id: string, session: string): Promise<string | null>;
  /**
   * Finishes a set-up by a code of its key.
   *
   * @returns the recovery codes, which are kept as hashes only; null when the code is wrong or another was faster
   */
  confirm(id: string, session: string, code: string): Promise<string[] | null>;
  /** Takes a code, for once: of one time step, or a recovery code. Null when it is wrong or was used before. */
  take(id: string, typed: string): Promise<FactorUsed | null>;
  /** New recovery codes in place of all earlier ones; null without a second factor. */
  renewRecovery(id: string): Promise<string[] | null>;
  /** Removes it. False when there was none. */
  remove(id: string): Promise<boolean>;
}

/** The second factors of a store. */
export function factorStore(store: Store, secrets: Secrets, now: () => Date): FactorStore {
  const factors = store.collection<FactorDocument>(SECOND_FACTORS);
  const isOn = { confirmedAt: { $ne: null } };

  async function open(id: string, session: string) {
    const pending = (await factors.findOne({ _id: id }))?.pending;
    if (!pending || pending.session !== session || pending.expiresAt <= now()) return null;
    const { secret: sealed, replaces } = pending;
    return { sealed, replaces, key: secrets.open(sealed, pendingPlace(id)) };
  }

  async function takeStep(id: string, typed: string): Promise<boolean> {
    const found = await factors.findOne({ _id: id, ...isOn });
    if (!found?.secret) return false;
    const step = stepOf(secrets.open(found.secret, factorPlace(id)), typed, now());
    if (step === null) return false;
    const unused = { _id: id, confirmedAt: found.confirmedAt, lastStep: { $lt: step } };
    return (await factors.updateOne(unused, { $set: { lastStep: step } })).modifiedCount === 1;
  }

  return {
    async find(id) {
      const found = await factors.findOne({ _id: id, ...isOn });
      return found && { since: found.confirmedAt!, recoveryLeft: found.recovery.length };
    },

    async among(ids) {
      const found = await factors.find({ _id: { $in: [...ids] }, ...isOn }, { projection: { _id: 1 } }).toArray();
      return new Set(found.map((one) => one._id));
    },

    async begin(id, session) {
      const key = newKey();
      const expiresAt = new Date(now().getTime() + SET_UP_LASTS_MS);
      const replaces = (await factors.findOne({ _id: id }))?.confirmedAt ?? null;
      const pending = { secret: secrets.seal(key, pendingPlace(id)), session, replaces, expiresAt };
      const first = { secret: null, confirmedAt: null, lastStep: 0, recovery: [] };
      await factors.updateOne({ _id: id }, { $set: { pending }, $setOnInsert: first }, { upsert: true });
      return key;
    },

    begun: async (id, session) => (await open(id, session))?.key ?? null,

    async confirm(id, session, code) {
      const pending = await open(id, session);
      const at = now();
      const step = pending && stepOf(pending.key, code, at);
      if (pending === null || step === null) return null;
      const codes = makeRecoveryCodes();
      const done = await factors.updateOne(
        { _id: id, confirmedAt: pending.replaces, "pending.secret": pending.sealed },
        {
          $set: {
            secret: secrets.seal(pending.key, factorPlace(id)),
            confirmedAt: at,
            lastStep: step!,
            recovery: codes.map((one) => recoveryHash(one)!),
            pending: null,
          },
        },
      );
      return done.modifiedCount === 1 ? codes : null;
    },

    async take(id, typed) {
      const hash = recoveryHash(typed);
      if (hash === null) return await takeStep(id, typed) ? "code" : null;
      const done = await factors.updateOne({ _id: id, ...isOn, recovery: hash }, { $pull: { recovery: hash } });
      return done.modifiedCount === 1 ? "recovery code" : null;
    },

    async renewRecovery(id) {
      const codes = makeRecoveryCodes();
      const recovery = codes.map((one) => recoveryHash(one)!);
      return (await factors.updateOne({ _id: id, ...isOn }, { $set: { recovery } })).matchedCount === 1 ? codes : null;
    },

    remove: async (id) => (await factors.findOneAndDelete({ _id: id }))?.confirmedAt != null,
  };
}
