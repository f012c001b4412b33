import type { ObjectId } from "mongodb";
import type { Store } from "../store/connect.ts";
import { ACCOUNTS } from "./auth.ts";
import { OIDC_ACCOUNT } from "./oidc/identities.ts";

/** True when one of these people has a way in. */
export type CanSignIn = (ids: readonly ObjectId[]) => Promise<boolean>;

/**
 * Who can sign in: by a password, or at the sign-in provider that is set now. A link to a provider that is no longer set opens
 * nothing, and an account whose creation was cut off before its password does not either.
 *
 * @param issuer the provider's, null where none is set
 */
export function waysIn(store: Store, issuer: string | null): CanSignIn {
  const accounts = store.collection(ACCOUNTS);
  const ways = [
    { providerId: "credential", password: { $type: "string" as const } },
    ...issuer === null ? [] : [{ providerId: OIDC_ACCOUNT, issuer }],
  ];
  return async (ids) =>
    await accounts.findOne({ userId: { $in: [...ids] }, $or: ways }, { projection: { _id: 1 } }) !== null;
}
