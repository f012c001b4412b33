import * as client from "openid-client";
import type { OidcConfig } from "../../config.ts";
import { isSafeAddress } from "../../config_oidc.ts";
import { logOf } from "../../log.ts";
import { faultOf } from "./fault.ts";
import { limitedFetch, PROVIDER_SECONDS } from "./limited_fetch.ts";
import { OidcError } from "./refusal.ts";

/** How an ID token may be signed: with a key pair, and by nothing that is broken. Neither `none` nor a shared secret. */
export const SIGNED_BY = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** After this time the discovery document is asked for anew. */
const RENEWED_AFTER_MS = 3600_000;
/** For so long the one of before serves while a new one cannot be had. */
const SERVES_MS = 24 * 3600_000;
/** After a failed renewal the next one is tried this much later. */
const RETRIED_AFTER_MS = 60_000;

/** What the provider says about itself, kept and renewed. */
export interface ProviderOf {
  /**
   * The provider as it was discovered, its endpoints and rules. Asked for once for all who ask at the same time.
   *
   * @throws {OidcError} `provider_away` when it cannot be reached and nothing is kept; `bad_answer` when what it says about
   *   itself will not do
   */
  get(): Promise<client.Configuration>;
  /** Asks anew the next time, for the keys as well: the provider has changed them. */
  renewSoon(): void;
}

/**
 * Discovers a provider when it is first needed: one that is down at the start stops nothing.
 *
 * @param seconds how long one request may take
 */
export function providerOf(config: OidcConfig, now: () => Date, seconds = PROVIDER_SECONDS): ProviderOf {
  let kept: { found: client.Configuration; at: number; renewAt: number } | null = null;
  let asking: Promise<client.Configuration> | null = null;

  async function renew(): Promise<client.Configuration> {
    const at = now().getTime();
    try {
      const found = await discover(config, seconds);
      kept = { found, at, renewAt: at + RENEWED_AFTER_MS };
      return found;
    } catch (error) {
      const fault = faultOf(error);
      logOf("access").warn("The sign-in provider cannot be discovered: {detail}", { detail: fault.detail });
      if (kept === null || at - kept.at > SERVES_MS) throw fault;
      kept.renewAt = at + RETRIED_AFTER_MS;
      return kept.found;
    }
  }

  return {
    renewSoon() {
      if (kept !== null) kept.renewAt = 0;
    },
    async get() {
      if (kept !== null && now().getTime() < kept.renewAt) return kept.found;
      asking ??= renew().finally(() => asking = null);
      return await asking;
    },
  };
}

/**
 * Asks for the discovery document and sets up what checks the provider's answers: the ID token's signature with the keys that
 * it publishes, and the algorithms of {@link SIGNED_BY} only.
 */
async function discover(config: OidcConfig, seconds: number): Promise<client.Configuration> {
  const issuer = new URL(config.issuer);
  const execute = issuer.protocol === "http:" ? [client.allowInsecureRequests] : []; // the setting allows this machine only
  const asked = await client.discovery(issuer, config.clientId, undefined, client.None(), {
    execute,
    timeout: seconds,
    [client.customFetch]: limitedFetch,
  });
  const { supportsPKCE: _, ...server } = asked.serverMetadata();
  // some providers name a template there, by which anybody's accounts would be taken
  if (new URL(server.issuer).href !== issuer.href) throw new OidcError("bad_answer", "the provider has another issuer");
  const offered = server.id_token_signing_alg_values_supported ?? ["RS256"];
  const algorithms = offered.filter((one) => SIGNED_BY.includes(one));
  if (algorithms.length === 0) throw new OidcError("bad_answer", "the provider signs by no algorithm that is safe");
  for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const) {
    if (!isSafeAddress(server[name] ?? "")) {
      throw new OidcError("bad_answer", `the provider's ${name} is missing or not https`);
    }
  }
  warnOfClosed([server.token_endpoint, server.jwks_uri, server.userinfo_endpoint]);
  const ways = server.token_endpoint_auth_methods_supported;
  const secret = !ways || ways.includes("client_secret_basic")
    ? client.ClientSecretBasic(config.clientSecret)
    : client.ClientSecretPost(config.clientSecret);
  const metadata = { ...server, id_token_signing_alg_values_supported: algorithms };
  const found = new client.Configuration(metadata, config.clientId, undefined, secret);
  found.timeout = seconds;
  found[client.customFetch] = limitedFetch;
  for (const extension of execute) extension(found);
  client.enableNonRepudiationChecks(found); // without it, a token that came over TLS is believed unsigned
  return found;
}

/** Says at the start what would else come to light at the first sign-in: hosts that the program's permissions leave out. */
function warnOfClosed(endpoints: (string | undefined)[]): void {
  const hosts = new Set(endpoints.map((one) => URL.parse(one ?? "")).filter((one) => one !== null).map(hostOf));
  const closed = [...hosts].filter((host) => Deno.permissions.querySync({ name: "net", host }).state !== "granted");
  if (closed.length === 0) return;
  logOf("access").warn("The sign-in provider is at hosts that the program may not reach: add {hosts} to EXTRA_HOSTS", {
    hosts: closed.join(","),
  });
}

const hostOf = ({ hostname, port, protocol }: URL) => `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
