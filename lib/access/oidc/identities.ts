import { type Document, ObjectId } from "mongodb";
import type { Store } from "../../store/connect.ts";
import { isDuplicate } from "../../store/duplicate.ts";
import { ACCOUNTS } from "../auth.ts";

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
    async link(issuer, accountId, personId) {
      const at = now();
      const userId = new ObjectId(personId);
      try {
        const link = {
          _id: new ObjectId(),
          userId,
          providerId: OIDC_ACCOUNT,
          accountId,
          issuer,
          createdAt: at,
          updatedAt: at,
        };
        await accounts.insertOne(link);
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return await accountOf(issuer, accountId) === personId; // two windows at once
      }
    },
  };
}
