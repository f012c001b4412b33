import { createHash, randomBytes } from "node:crypto";
import type { Store } from "../store/connect.ts";

/** How long a first-start link can be used, in milliseconds: a day. */
export const SETUP_LINK_LASTS_MS = 24 * 3600_000;

interface SetupDocument {
  _id: string;
  /** SHA-256 of the token, hex: who reads the database cannot open the link. */
  hash: string;
  expiresAt: Date;
  /** Set by the one request that uses the link. */
  claimedAt: Date | null;
}

const ONLY = "first_admin";
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** The one-time link by which the first admin is made. There is at most one; a new one replaces it. */
export interface SetupLinks {
  /** Makes a new token, in place of any earlier one. 32 random bytes, base64url. */
  renew(now: Date): Promise<string>;
  /** True while the token would be accepted. */
  isOpen(token: string, now: Date): Promise<boolean>;
  /** Takes the link for one use. False for all but one of those who try at once, and when it is wrong or too old. */
  claim(token: string, now: Date): Promise<boolean>;
  /** Gives a claimed link back, when its use failed for a reason of ours. */
  release(token: string): Promise<void>;
  /** Ends all links: an admin exists. */
  clear(): Promise<void>;
}

/** Keeps setup links in the collection `access_setup`. */
export function setupLinks(store: Store): SetupLinks {
  const links = store.collection<SetupDocument>("access_setup");
  const open = (token: string, now: Date) => ({
    _id: ONLY,
    hash: hashOf(token),
    expiresAt: { $gt: now },
    claimedAt: null,
  });
  return {
    async renew(now) {
      const token = randomBytes(32).toString("base64url");
      const expiresAt = new Date(now.getTime() + SETUP_LINK_LASTS_MS);
      await links.replaceOne({ _id: ONLY }, { hash: hashOf(token), expiresAt, claimedAt: null }, { upsert: true });
      return token;
    },
    async isOpen(token, now) {
      return await links.findOne(open(token, now)) !== null;
    },
    async claim(token, now) {
      const done = await links.updateOne(open(token, now), { $set: { claimedAt: now } });
      return done.modifiedCount === 1;
    },
    async release(token) {
      await links.updateOne({ _id: ONLY, hash: hashOf(token) }, { $set: { claimedAt: null } });
    },
    async clear() {
      await links.deleteMany({});
    },
  };
}
