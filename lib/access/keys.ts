import { createHash, randomBytes } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import type { Audit } from "./audit.ts";
import { MOST_KEY_DAYS, MOST_PER_MINUTE } from "./key_limits.ts";
import { isDuplicate } from "../store/duplicate.ts";
import { isPermission, type Permission } from "./permissions.ts";
import { narrowed, type Person } from "./roles.ts";

/** A key as it is kept in `access_keys`. The key itself is kept nowhere. */
interface KeyDocument {
  _id: string;
  name: string;
  /** How the key begins, by which people tell theirs apart. */
  prefix: string;
  /** SHA-256 of the whole key, hex. It has 256 random bits, so that a slow hash would add nothing. */
  hash: string;
  ownerId: string;
  ownerName: string;
  scopes: string[];
  perMinute: number;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** A key as pages see it. Plain values, times in ISO. */
export interface KeyView {
  id: string;
  name: string;
  prefix: string;
  ownerId: string;
  ownerName: string;
  scopes: Permission[];
  perMinute: number;
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  state: "usable" | "expired" | "revoked";
}

/** What a key is made with. */
export interface NewKey {
  name: string;
  scopes: readonly string[];
  /** For how long, in days: 1 to {@link MOST_KEY_DAYS}. */
  days: number;
  /** Requests a minute, at most. */
  perMinute: number;
}

/** What became of a request with a key. */
export type KeyUse =
  | { outcome: "done"; person: Person }
  /** Unknown, revoked, expired, or its owner is gone: which of them is not told. */
  | { outcome: "wrong" }
  | { outcome: "limited"; retryAfterSeconds: number };

/** The API keys. */
export interface Keys {
  /**
   * Makes a key. Its text is returned this once.
   *
   * @throws {AppError} `bad_key` naming what is wrong; `beyond_own_rights` for a scope that the owner does not have
   */
  create(key: NewKey, owner: Person): Promise<{ key: KeyView; text: string }>;
  /** Newest first; of one owner or of all. */
  list(ownerId?: string): Promise<KeyView[]>;
  /**
   * Ends a key at once.
   *
   * @param ownerId only a key of this owner; others' keys are then unknown
   * @throws {AppError} `unknown_key`
   */
  revoke(id: string, ownerId?: string): Promise<KeyView>;
  /** Who a key speaks for, counted against its limit. Looked up at every request, so that nothing outlives a change. */
  use(text: string): Promise<KeyUse>;
}

const MOST_KEYS_OF_ONE = 50;
const SHAPE = /^tm_[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;
/** `lastUsedAt` is written once in this time, so that a busy key costs no write per request for it. */
const NOTED_EVERY_MS = 60_000;

const hashOfKey = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * Opens the keys of a store.
 *
 * @param ownerOf the account of an id with its rights of now, null when it may not sign in
 */
export async function openKeys(
  store: Store,
  ownerOf: (id: string) => Promise<Person | null>,
  audit: Audit,
  now: () => Date,
): Promise<Keys> {
  const keys = store.collection<KeyDocument>("access_keys");
  const windows = store.collection<{ _id: string; count: number; expiresAt: Date }>("access_key_windows");
  await Promise.all([
    keys.createIndex({ hash: 1 }, { unique: true, name: "hash_uidx" }),
    keys.createIndex({ ownerId: 1 }, { name: "ownerId_idx" }),
    windows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" }),
  ]);

  /** Counts a request of this minute; in the database, so that any number of processes share one limit. */
  async function countUse(id: string, at: Date): Promise<number> {
    const minute = Math.floor(at.getTime() / 60_000);
    const _id = `${id}:${minute}`;
    const count = async () =>
      (await windows.findOneAndUpdate({ _id }, { $inc: { count: 1 } }, { returnDocument: "after" }))?.count ?? null;
    const counted = await count();
    if (counted !== null) return counted;
    // not by an upsert: of several at once, some engines give all of them the first count back
    await windows.insertOne({ _id, count: 0, expiresAt: new Date((minute + 2) * 60_000) }).catch((error) => {
      if (!isDuplicate(error)) throw error;
    });
    return await count() ?? Infinity;
  }

  return {
    async create(given, owner) {
      const { name, scopes, perMinute } = cleanKey(given);
      const beyond = scopes.filter((scope) => !owner.permissions.includes(scope));
      if (beyond.length > 0) {
        throw new AppError(
          `A key cannot have ${beyond.join(", ")}: its owner does not have it.`,
          "beyond_own_rights",
          "reject_request",
        );
      }
      const at = now();
      const usable = { ownerId: owner.id, revokedAt: null, expiresAt: { $gt: at } };
      if (await keys.countDocuments(usable) >= MOST_KEYS_OF_ONE) {
        throw new AppError(
          `One person has at most ${MOST_KEYS_OF_ONE} keys. Revoke one that is not used.`,
          "bad_key",
          "reject_request",
        );
      }
      const text = `tm_${randomBytes(32).toString("base64url")}`;
      const document: KeyDocument = {
        _id: randomBytes(8).toString("hex"),
        name,
        prefix: text.slice(0, 9),
        hash: hashOfKey(text),
        ownerId: owner.id,
        ownerName: owner.name,
        scopes,
        perMinute,
        createdAt: at,
        expiresAt: new Date(at.getTime() + given.days * DAY_MS),
        lastUsedAt: null,
        revokedAt: null,
      };
      await keys.insertOne(document);
      const key = viewOf(document, at);
      await audit.write({
        action: "key.created",
        subject: { kind: "key", id: key.id, name },
        details: { prefix: key.prefix, scopes, expiresAt: key.expiresAt, perMinute },
      });
      return { key, text };
    },

    async list(ownerId) {
      const found = await keys.find(ownerId === undefined ? {} : { ownerId }, { sort: { createdAt: -1, _id: 1 } })
        .toArray();
      return found.map((key) => viewOf(key, now()));
    },

    async revoke(id, ownerId) {
      const at = now();
      const mine = { _id: id, ...(ownerId === undefined ? {} : { ownerId }) };
      const done = await keys.updateOne({ ...mine, revokedAt: null }, { $set: { revokedAt: at } });
      const found = await keys.findOne(mine);
      if (found === null) throw new AppError("There is no such key.", "unknown_key", "reject_request");
      if (done.modifiedCount === 1) {
        await audit.write({
          action: "key.revoked",
          subject: { kind: "key", id, name: found.name },
          details: { prefix: found.prefix, owner: found.ownerName },
        });
      }
      return viewOf(found, at);
    },

    async use(text) {
      const at = now();
      if (!SHAPE.test(text)) return { outcome: "wrong" };
      const key = await keys.findOne({ hash: hashOfKey(text) });
      if (key === null || key.revokedAt !== null || key.expiresAt <= at) return { outcome: "wrong" };
      const owner = await ownerOf(key.ownerId);
      if (owner === null) return { outcome: "wrong" };
      if (await countUse(key._id, at) > key.perMinute) {
        return { outcome: "limited", retryAfterSeconds: 60 - Math.floor(at.getTime() / 1000) % 60 };
      }
      if (key.lastUsedAt === null || at.getTime() - key.lastUsedAt.getTime() >= NOTED_EVERY_MS) {
        await keys.updateOne({ _id: key._id }, { $max: { lastUsedAt: at } });
      }
      const person = narrowed(owner, { permissions: key.scopes.filter(isPermission) });
      return { outcome: "done", person: { ...person, key: { id: key._id, name: key.name } } };
    },
  };
}

function viewOf(key: KeyDocument, now: Date): KeyView {
  const { _id, name, prefix, ownerId, ownerName, perMinute } = key;
  return {
    id: _id,
    name,
    prefix,
    ownerId,
    ownerName,
    scopes: key.scopes.filter(isPermission),
    perMinute,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    state: key.revokedAt !== null ? "revoked" : key.expiresAt <= now ? "expired" : "usable",
  };
}

function cleanKey(
  { name, scopes, days, perMinute }: NewKey,
): { name: string; scopes: Permission[]; perMinute: number } {
  const faults: string[] = [];
  const clean = name.normalize("NFC").trim().replace(/\s+/gu, " ");
  if (clean === "") faults.push("Enter a name, by which you will know the key again.");
  if (clean.length > 80 || /\p{Cc}/u.test(clean)) faults.push("A key's name has at most 80 plain characters.");
  const known = [...new Set(scopes)].filter(isPermission);
  const unknown = scopes.filter((scope) => !isPermission(scope));
  if (unknown.length > 0) faults.push(`There is no permission “${unknown[0]!.slice(0, 60)}”.`);
  if (known.length === 0) faults.push("Choose at least one permission: a key without any can read nothing.");
  if (!Number.isSafeInteger(days) || days < 1 || days > MOST_KEY_DAYS) {
    faults.push(`A key lasts from 1 to ${MOST_KEY_DAYS} days.`);
  }
  if (!Number.isSafeInteger(perMinute) || perMinute < 1 || perMinute > MOST_PER_MINUTE) {
    faults.push(`The limit is from 1 to ${MOST_PER_MINUTE} requests a minute.`);
  }
  if (faults.length > 0) throw new AppError(faults.join(" "), "bad_key", "reject_request");
  return { name: clean, scopes: known, perMinute };
}
