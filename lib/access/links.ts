import { createHash, randomBytes } from "node:crypto";
import type { Store } from "../store/connect.ts";

/** What a link lets one do, once. */
export type LinkKind = "invitation" | "reset";

/** A link as it is kept in `access_links`. The token that opens it is kept nowhere. */
export interface LinkDocument {
  _id: string;
  kind: LinkKind;
  /** SHA-256 of the token, hex: who reads the database cannot open the link. */
  hash: string;
  email: string;
  /** Invitation: the role that it gives. */
  role?: string;
  /** Reset: whose password. */
  personId?: string;
  /** Who made it; null for one that somebody asked for on the sign-in page. */
  by: { id: string; name: string } | null;
  createdAt: Date;
  expiresAt: Date;
  /** Set by the one request that uses it, or when it is taken back. */
  closedAt: Date | null;
  /** It was taken back or replaced: a use that was under way then does not open it again when it fails. */
  isOver?: true;
}

/** What a link is made with. */
export type NewLink = Pick<LinkDocument, "kind" | "email" | "role" | "personId" | "by"> & { lastsMs: number };

/** One-time links. */
export interface Links {
  /** Makes a link; earlier ones of the same kind for the same address end. `token` is 32 random bytes, base64url. */
  make(link: NewLink): Promise<{ link: LinkDocument; token: string }>;
  /** The link of a token while it can be used, else null. */
  open(kind: LinkKind, token: string): Promise<LinkDocument | null>;
  /** Takes the link for one use. False for all but one of those who try at once. */
  claim(id: string): Promise<boolean>;
  /** Gives a claimed link back, when its use failed for a reason of ours. */
  release(id: string): Promise<void>;
  /** Those that can be used, newest first. */
  list(kind: LinkKind): Promise<LinkDocument[]>;
  /** Ends a link; null when there is none that can be used. */
  close(kind: LinkKind, id: string): Promise<LinkDocument | null>;
  /** Ends all links of this kind for an address. */
  closeAll(kind: LinkKind, email: string): Promise<void>;
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** Opens the links of a store. What has ended is removed by the database. */
export async function openLinks(store: Store, now: () => Date): Promise<Links> {
  const links = store.collection<LinkDocument>("access_links");
  await Promise.all([
    links.createIndex({ hash: 1 }, { unique: true, name: "hash_uidx" }),
    links.createIndex({ kind: 1, email: 1 }, { name: "kind_email_idx" }),
    links.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" }),
  ]);
  const usable = () => ({ closedAt: null, isOver: { $ne: true as const }, expiresAt: { $gt: now() } });
  const closeAll = async (kind: LinkKind, email: string) => {
    await links.updateMany({ kind, email, isOver: { $ne: true } }, { $set: { closedAt: now(), isOver: true } });
  };
  return {
    async make({ lastsMs, ...link }) {
      const token = randomBytes(32).toString("base64url");
      await closeAll(link.kind, link.email);
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + lastsMs);
      const made = { _id: crypto.randomUUID(), ...link, hash: hashOf(token), createdAt, expiresAt, closedAt: null };
      await links.insertOne(made);
      return { link: made, token };
    },
    async open(kind, token) {
      return TOKEN.test(token) ? await links.findOne({ kind, hash: hashOf(token), ...usable() }) : null;
    },
    async claim(id) {
      return (await links.updateOne({ _id: id, ...usable() }, { $set: { closedAt: now() } })).modifiedCount === 1;
    },
    async release(id) {
      await links.updateOne({ _id: id, isOver: { $ne: true } }, { $set: { closedAt: null } });
    },
    async list(kind) {
      return await links.find({ kind, ...usable() }, { sort: { createdAt: -1, _id: 1 } }).toArray();
    },
    async close(kind, id) {
      const over = { closedAt: now(), isOver: true } as const;
      const closed = await links.findOneAndUpdate({ _id: id, kind, ...usable() }, { $set: over });
      if (closed === null) await links.updateOne({ _id: id, kind }, { $set: { isOver: true } }); // in use just now
      return closed;
    },
    closeAll,
  };
}
