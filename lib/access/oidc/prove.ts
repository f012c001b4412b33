import * as client from "openid-client";
import type { OidcConfig } from "../../config.ts";
import { claimAt, emailOf, hadSecondFactor, type ProvenClaims, roleOf } from "./claims.ts";
import { faultOf } from "./fault.ts";
import type { Flow } from "./flows.ts";
import { OidcError } from "./refusal.ts";

/** What the provider certainly said about who came back. */
export interface Proof {
  /** Who it is at the issuer, for ever. */
  subject: string;
  email: string | null;
  /** The provider says that the address was checked. */
  isEmailVerified: boolean;
  /** Role by the settings' map; null when no value matches. Null too without a map: then roles are given here. */
  role: string | null;
  /** The provider says that it asked for a second factor. */
  hadSecondFactor: boolean;
}

/** How old an ID token may be that was made for us just now, and how far clocks may differ, in seconds. */
const TOKEN_AGE_SECONDS = 600;
const CLOCK_SECONDS = 30;

/**
 * Redeems the code and checks everything that came: `state`, `iss` of the answer (RFC 9207), signature and algorithm, issuer,
 * audience and authorized party, expiry and age, nonce. Tokens end here: they are neither kept nor handed on.
 *
 * @param found the provider, see `providerOf`
 * @param back the whole address to which the provider led, beginning with the redirect address as it was registered
 * @throws {OidcError} never with anything in it that came from outside
 */
export async function prove(
  config: OidcConfig,
  found: client.Configuration,
  back: URL,
  state: string,
  flow: Flow,
): Promise<Proof> {
  try {
    const tokens = await client.authorizationCodeGrant(found, back, {
      expectedState: state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.verifier,
      idTokenExpected: true,
    });
    const token = tokens.claims();
    if (token === undefined) throw new OidcError("bad_answer", "the answer has no ID token");
    checkRest(token, config.clientId);
    const more = lacksSomething(token, config) && found.serverMetadata().userinfo_endpoint !== undefined
      ? await client.fetchUserInfo(found, tokens.access_token, token.sub)
      : {};
    return proofOf(token, more, config);
  } catch (error) {
    throw faultOf(error);
  }
}

/** What the library leaves to its user. Its own clock, of the machine, is the one here too. */
function checkRest({ iat, azp, sub }: client.IDToken, clientId: string): void {
  const age = Date.now() / 1000 - iat;
  if (age < -CLOCK_SECONDS) throw new OidcError("bad_answer", "the ID token was issued in the future");
  if (age > TOKEN_AGE_SECONDS) throw new OidcError("bad_answer", "the ID token was issued long ago");
  if (azp !== undefined && azp !== clientId) {
    throw new OidcError("bad_answer", "the ID token is for another party (azp)");
  }
  if (sub === "" || sub.length > 255) throw new OidcError("bad_answer", "the subject has no length that is allowed");
}

/** True when the ID token alone does not say enough: many providers tell the rest at their userinfo endpoint only. */
function lacksSomething(token: ProvenClaims, { roles, verifiedClaim }: OidcConfig): boolean {
  const needed = ["email", verifiedClaim, ...(roles ? [roles.claim] : [])];
  return needed.some((path) => claimAt(token, path) === undefined);
}

/** An address and the word that it was checked come from the same place: two answers must not be mixed. */
function proofOf(token: client.IDToken, more: ProvenClaims, config: OidcConfig): Proof {
  const inToken = emailOf(token, config);
  const elsewhere = emailOf(more, config);
  const { email, isVerified } = inToken.isVerified || elsewhere.email === null ? inToken : elsewhere;
  return {
    subject: token.sub,
    email,
    isEmailVerified: isVerified,
    role: config.roles && (roleOf(token, config.roles) ?? roleOf(more, config.roles)),
    hadSecondFactor: hadSecondFactor(token),
  };
}
