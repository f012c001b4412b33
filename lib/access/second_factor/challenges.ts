import { createHash, randomBytes } from "node:crypto";
import type { Store } from "../../store/connect.ts";

/** How long a person has for the code after the password, in milliseconds. */
export const CHALLENGE_LASTS_MS = 5 * 60_000;
/** How many codes may be tried on one challenge. */
export const CHALLENGE_TRIES = 5;

/** Somebody who has shown the first factor, and not yet the second. It is no session: it opens nothing but the next step. */
export interface Challenge {
  personId: string;
  by: "password" | "provider";
  remember: boolean;
}

interface ChallengeDocument extends Challenge {
  /** SHA-256 of the token, hex: who reads the database cannot go on in another's place. */
  _id: string;
  tries: number;
  expiresAt: Date;
}

/** Challenges, kept on the server in `access_challenges`; the browser holds a random token only. */
export interface Challenges {
  /** Makes one. Returns its token: 32 random bytes, base64url. */
  make(challenge: Challenge): Promise<string>;
  /** The challenge of a token while it can be answered; else null. */
  open(token: string): Promise<Challenge | null>;
  /** Counts a try on it. Null when it cannot be answered, or was tried too often. */
  countTry(token: string): Promise<Challenge | null>;
  /** Takes it for its one use. False for all but one of those who try at once, and when it has ended. */
  take(token: string): Promise<boolean>;
  /** Ends all of a person: the password by which they came is another one now. */
  closeAll(personId: string): Promise<void>;
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** Opens the challenges of a store. What has ended is removed by the database. */
export async function openChallenges(store: Store, now: () => Date): Promise<Challenges> {
  const challenges = store.collection<ChallengeDocument>("access_challenges");
  await Promise.all([
    challenges.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" }),
    challenges.createIndex({ personId: 1 }, { name: "personId_idx" }),
  ]);
  const usable = (token: string) => ({ _id: hashOf(token), expiresAt: { $gt: now() } });
  const left = { tries: { $lt: CHALLENGE_TRIES } };
  const challengeOf = (found: ChallengeDocument | null): Challenge | null =>
    found && { personId: found.personId, by: found.by, remember: found.remember };
  return {
    async make(challenge) {
      const token = randomBytes(32).toString("base64url");
      const expiresAt = new Date(now().getTime() + CHALLENGE_LASTS_MS);
      await challenges.insertOne({ _id: hashOf(token), ...challenge, tries: 0, expiresAt });
      return token;
    },
    open: async (token) => challengeOf(await challenges.findOne({ ...usable(token), ...left })),
    countTry: async (token) =>
      challengeOf(await challenges.findOneAndUpdate({ ...usable(token), ...left }, { $inc: { tries: 1 } })),
    take: async (token) => (await challenges.deleteOne(usable(token))).deletedCount === 1,
    async closeAll(personId) {
      await challenges.deleteMany({ personId });
    },
  };
}
