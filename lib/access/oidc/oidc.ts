import * as client from "openid-client";
import type { OidcConfig } from "../../config.ts";
import { logOf } from "../../log.ts";
import type { Store } from "../../store/connect.ts";
import { actorOf } from "../actor.ts";
import { networkOf } from "../address.ts";
import type { Audit } from "../audit.ts";
import type { CookieMaker } from "../cookies.ts";
import type { People } from "../people.ts";
import { safeReturnPath } from "../return_path.ts";
import type { Roles } from "../role_store.ts";
import type { Secrets } from "../secrets.ts";
import type { SessionOrigin } from "../sessions.ts";
import type { SignInResult, SignIns } from "../sign_in.ts";
import type { StoredPeople, StoredUser } from "../stored_person.ts";
import type { Throttle } from "../throttle.ts";
import { admit } from "./admit.ts";
import { browserCookie } from "./browser_cookie.ts";
import { faultOf, UNKNOWN_KEY } from "./fault.ts";
import { openFlows, randomText } from "./flows.ts";
import { openIdentities } from "./identities.ts";
import { prove } from "./prove.ts";
import { providerOf } from "./provider.ts";
import { OidcError, type OidcReason, type OidcRefusal, refusalOf } from "./refusal.ts";

/** Where the provider leads people back to, below `PUBLIC_URL`. To be registered there exactly so. */
export const RETURN_PATH = "/sign-in/oidc/return";

/** Sign-ins that one address may begin in a minute: each is a document here until it ends. */
const BEGIN_LIMIT = { most: 30, windowMs: 60_000 };

/** No answer of a provider is longer: codes have some hundred characters. */
const MOST_QUERY_LENGTH = 16_000;

/** Sign-in by a provider. */
export interface Oidc {
  /** How people call the provider. */
  label: string;
  /** True when the provider decides at each sign-in which role somebody has. */
  givesRoles: boolean;
  /**
   * Begins a sign-in.
   *
   * @param asked `next`: the path that was wanted; `other`: the person wants to show another identity than the last time
   * @returns where to lead the browser, with the cookies that it must bring back
   */
  begin(
    asked: { next: string | null; other: boolean },
    from: Pick<SessionOrigin, "address"> & { headers: Headers },
  ): Promise<{ outcome: "leave"; to: string; cookies: string[] } | Refused>;
  /**
   * Takes back whom the provider has led here, and opens the session.
   *
   * @param query the query of the address as it came
   */
  finish(
    query: string,
    from: Omit<SessionOrigin, "remember" | "replaces"> & { headers: Headers },
  ): Promise<{ outcome: "opened"; session: SignInResult; next: string; cookies: string[] } | Refused>;
  /** Where to lead a browser that leaves the provider too; null when the provider has no such place or is away. */
  leaveUrl(): Promise<string | null>;
  /**
   * Asks the provider for its discovery document and looks at the roles of the map, so that the log says at the start what is
   * wrong. Never fails.
   */
  warm(): Promise<void>;
}

/** Nobody was signed in. */
export interface Refused {
  outcome: "refused";
  refusal: OidcRefusal;
}

/** What sign-in by a provider is made of. */
export interface OidcParts {
  config: OidcConfig;
  publicUrl: string;
  store: Store;
  secrets: Secrets;
  roles: Roles;
  people: Pick<People, "takeRole">;
  stored: StoredPeople;
  signIns: Pick<SignIns, "openSession">;
  audit: Audit;
  throttle: Throttle;
  cookies: CookieMaker;
  now: () => Date;
}

/** Opens sign-in by a provider. The provider itself is first asked when somebody wants to sign in. */
export async function openOidc(parts: OidcParts): Promise<Oidc> {
  const { config, publicUrl, store, throttle, now } = parts;
  const log = logOf("access");
  const provider = providerOf(config, now);
  const flows = await openFlows(store, parts.secrets, now);
  const identities = await openIdentities(store, now);
  const cookie = browserCookie(parts.cookies);
  const returnUrl = publicUrl + RETURN_PATH;

  function refused(reason: OidcReason, address: string | null, detail: string = reason): Refused {
    log.warn("Sign-in by the provider from {address} refused: {reason}: {detail}", { address, reason, detail });
    return { outcome: "refused", refusal: refusalOf(reason, config.label, detail) };
  }

  return {
    label: config.label,
    givesRoles: config.roles !== null,

    async begin({ next, other }, { address, headers }) {
      const wait = await throttle.count(`oidc:${networkOf(address)}`, BEGIN_LIMIT);
      if (wait !== null) {
        const { refusal } = refused("too_many", address);
        return { outcome: "refused", refusal: { ...refusal, retryAfterSeconds: wait } };
      }
      try {
        const found = await provider.get();
        const flow = { nonce: randomText(), verifier: randomText(), next: safeReturnPath(next) };
        const browser = cookie.read(headers) ?? randomText(); // windows side by side share one
        const state = await flows.begin(flow, browser);
        const to = client.buildAuthorizationUrl(found, {
          redirect_uri: returnUrl,
          scope: config.scopes.join(" "),
          state,
          nonce: flow.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
          code_challenge_method: "S256",
          ...(other ? { prompt: "login" } : {}),
        });
        return { outcome: "leave", to: to.href, cookies: [cookie.set(browser)] };
      } catch (error) {
        if (!(error instanceof OidcError)) throw error;
        return refused(error.reason, address, error.detail);
      }
    },

    async finish(query, { address, userAgent, headers }) {
      const state = query.length > MOST_QUERY_LENGTH ? null : new URLSearchParams(query).get("state");
      const browser = cookie.read(headers);
      const flow = state !== null && browser !== null ? await flows.take(state, browser) : null;
      if (flow === null || state === null) return refused("unknown_return", address);
      const known: { user: StoredUser | null } = { user: null };
      try {
        const found = await provider.get();
        const proof = await prove(config, found, new URL(`${returnUrl}?${query.replace(/^\?/, "")}`), state, flow);
        const personId = await admit(proof, parts, identities, known, address);
        const session = await parts.signIns.openSession(personId, {
          ...{ address, userAgent, remember: false, replaces: headers },
          by: "provider",
          ...(config.secondFactor === "provider" && proof.hadSecondFactor ? { secondFactor: "provider" as const } : {}),
        });
        return { outcome: "opened", session, next: flow.next, cookies: [cookie.clear()] };
      } catch (error) {
        if (!(error instanceof OidcError)) throw error;
        const { reason, detail } = error;
        if (detail === UNKNOWN_KEY) provider.renewSoon();
        await parts.audit.write({
          action: "sign_in.failed",
          ...(known.user ? { subject: { kind: "person", id: known.user.id, name: known.user.name } } : {}),
          details: { by: "provider", reason: reason.replaceAll("_", " ") },
        }, actorOf(null, address));
        return refused(reason, address, detail);
      }
    },

    async leaveUrl() {
      try {
        const found = await provider.get();
        if (found.serverMetadata().end_session_endpoint === undefined) return null;
        return client.buildEndSessionUrl(found, { post_logout_redirect_uri: `${publicUrl}/sign-in` }).href;
      } catch (error) {
        log.warn("No sign-out at the provider: {detail}", { detail: faultOf(error).detail });
        return null;
      }
    },

    async warm() {
      try {
        const wanted = [...new Set(config.roles?.map.map(({ role }) => role))];
        const granted = await Promise.all(wanted.map((role) => parts.roles.grantOf(role)));
        const gone = wanted.filter((_, i) => granted[i] === null);
        if (gone.length > 0) {
          log.warn("OIDC_ROLE_MAP names roles that do not exist: {roles}", { roles: gone.join(", ") });
        }
        await provider.get();
      } catch (error) {
        // the provider's own faults are logged where they happen
        if (!(error instanceof OidcError)) log.warn("Cannot look at the roles of OIDC_ROLE_MAP: {error}", { error });
      }
    },
  };
}
