import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { OidcError } from "./refusal.ts";

/** The words for an ID token that is signed by a key that the provider's key set, as it is kept here, does not have. */
export const UNKNOWN_KEY = "the ID token is signed by a key that the key set does not have";

/**
 * Turns what the OpenID library threw into a reason, and words for the log. Its errors carry the provider's answers, with
 * tokens and codes in them, and must therefore end here: only their fixed words and codes go on.
 */
export function faultOf(error: unknown): OidcError {
  if (error instanceof OidcError) return error;
  if (error instanceof AuthorizationResponseError) {
    return new OidcError("provider_refused", `the provider answered ${word(error.error)}`);
  }
  if (error instanceof ResponseBodyError) {
    const reason = error.status >= 500 ? "provider_away" : "provider_refused";
    return new OidcError(reason, `the provider answered ${error.status} ${word(error.error)}`);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return new OidcError("provider_refused", `the provider answered ${error.status} with a challenge`);
  }
  const inner = error instanceof Error ? error.cause : undefined;
  if (inner instanceof OidcError) return inner;
  if (inner instanceof Response && inner.status >= 500) {
    return new OidcError("provider_away", `the provider answered ${inner.status}`);
  }
  if (error instanceof ClientError) {
    if (error.code === "OAUTH_KEY_SELECTION_FAILED") return new OidcError("bad_answer", UNKNOWN_KEY);
    if (error.code === "OAUTH_TIMEOUT") return new OidcError("provider_away", "the provider took too long");
    const why = inner instanceof Error && inner.name === "OperationProcessingError" ? inner.message : error.message;
    const isNetwork = inner instanceof TypeError || inner instanceof Deno.errors.Http;
    return isNetwork ? new OidcError("provider_away", "no connection") : new OidcError("bad_answer", why);
  }
  if (error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError")) {
    return new OidcError("provider_away", "the provider took too long");
  }
  // of `fetch`: its message names the address and the reason, e.g. a refused connection or a false certificate
  if (error instanceof TypeError && !("code" in error)) return new OidcError("provider_away", "no connection");
  return new OidcError("bad_answer", error instanceof Error ? error.name : "unknown");
}

/** Error codes of the protocol are words of letters and underscores; whatever else stands there is not repeated. */
function word(code: string): string {
  return /^[a-z_]{1,60}$/.test(code) ? code : "an error of its own";
}
