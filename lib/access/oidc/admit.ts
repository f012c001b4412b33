import { AppError } from "../../errors.ts";
import { type Actor, actorOf } from "../actor.ts";
import type { StoredUser } from "../stored_person.ts";
import type { Identities } from "./identities.ts";
import type { OidcParts } from "./oidc.ts";
import type { Proof } from "./prove.ts";
import { OidcError } from "./refusal.ts";

/**
 * Finds the account of somebody whom the provider has sent, links it the first time, and gives it the role that the provider
 * says. Everything that can refuse without a change comes first.
 *
 * @param known takes up the account as soon as it is known, for the audit log of a refusal
 * @returns the account's id
 * @throws {OidcError} with the reason
 */
export async function admit(
  proof: Proof,
  { config, roles, people, stored, audit }: OidcParts,
  identities: Identities,
  known: { user: StoredUser | null },
  address: string | null,
): Promise<string> {
  const linked = await identities.accountOf(config.issuer, proof.subject);
  const user = known.user = linked === null ? await byEmail() : await stored.byId(linked);
  if (user === null) throw new OidcError("no_account");
  if (user.banned === true) throw new OidcError("switched_off");
  if (config.roles !== null) {
    if (proof.role === null) throw new OidcError("no_role");
    if (await roles.grantOf(proof.role) === null) {
      throw new OidcError("unknown_role", "a role of OIDC_ROLE_MAP does not exist");
    }
  }
  const actor: Actor = { ...actorOf(await stored.personOf(user), address) };
  if (linked === null) {
    if (!await identities.link(config.issuer, proof.subject, user.id)) throw new OidcError("other_identity");
    const subject = { kind: "person", id: user.id, name: user.name };
    await audit.write({ action: "sign_in.linked", subject, details: { issuer: config.issuer } }, actor);
  }
  if (proof.role !== null) {
    await people.takeRole(user.id, proof.role, config.label).catch((error) => {
      throw error instanceof AppError && error.code === "last_admin" ? new OidcError("last_admin") : error;
    });
  }
  return user.id;

  async function byEmail(): Promise<StoredUser | null> {
    if (proof.email === null) throw new OidcError("no_email");
    if (!proof.isEmailVerified) throw new OidcError("email_unverified");
    return await stored.byEmail(proof.email);
  }
}
