import { type Document, ObjectId } from "mongodb";
import type { Store } from "../../store/connect.ts";
import { isDuplicate } from "../../store/duplicate.ts";
import { ACCOUNTS } from "../auth.ts";
import { underLock } from "../lock.ts";

/** What marks, among the ways to sign in to an account, the one by the provider. */
export const OIDC_ACCOUNT = "oidc";

interface IdentityDocument extends Document {
  _id: ObjectId;
  userId: ObjectId;
  providerId: string;
  /** `sub` at the provider. */
  accountId: string;
  issuer: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Which account belongs to whom at the provider: by issuer and subject, which never change, unlike addresses and names. */
export interface Identities {
  /** Id of the account; null for none. */
  accountOf(issuer: string, subject: string): Promise<string | null>;
  /**
   * Links an account. True when it belongs to this identity now; false when it, or the identity, is linked otherwise: an
   * account has one identity at an issuer, and an identity one account.
   */
  link(issuer: string, subject: string, personId: string): Promise<boolean>;
}

/** Keeps them beside the passwords, in the collection of the ways to sign in. */
export async function openIdentities(store: Store, now: () => Date): Promise<Identities> {
  const accounts = store.collection<IdentityDocument>(ACCOUNTS);
  // those of passwords have no issuer, and one account each
  await Promise.all([
    accounts.createIndex({ issuer: 1, accountId: 1 }, { unique: true, name: "issuer_accountId_uidx" }),
    accounts.createIndex({ issuer: 1, userId: 1 }, { unique: true, name: "issuer_userId_uidx" }),
  ]);
  const accountOf = async (issuer: string, subject: string) => {
    const found = await accounts.findOne({ providerId: OIDC_ACCOUNT, issuer, accountId: subject });
    return found && found.userId.toHexString();
  };
  return {
    accountOf,
    link: (issuer, accountId, personId) =>
      // one after the other: of two inserts at once that meet in both indexes, some engines end one as a deadlock
      underLock(store, "oidc links", async () => {
        const userId = new ObjectId(personId);
        const at = now();
        const link = { userId, providerId: OIDC_ACCOUNT, accountId, issuer, createdAt: at, updatedAt: at };
        try {
          const linked = await accountOf(issuer, accountId);
          if (linked !== null) return linked === personId; // another window was faster
          await accounts.insertOne({ _id: new ObjectId(), ...link });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
  };
}
