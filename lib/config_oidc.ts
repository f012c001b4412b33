import { z } from "zod";
import { isThisMachine } from "./config_plaintext.ts";

/** Sign-in with the company's own accounts, by OpenID Connect. */
export interface OidcConfig {
  /** Exactly as the provider names itself: where its discovery document is found. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What is asked for; `openid` is always among it. */
  scopes: string[];
  /** How people call the provider: stands on the button. */
  label: string;
  /** How a claim becomes a role, at each sign-in; null: roles are given on the Users page alone. */
  roles: RolesByClaim | null;
  /** Path of the claim that says that the e-mail address was checked. */
  verifiedClaim: string;
  /** Whether a second factor that the provider asked for counts here. */
  secondFactor: "provider" | "ask";
  /** After how long a session by the provider ends, however much it is used. */
  sessionMs: number;
}

/** Which values of a claim give which role. */
export interface RolesByClaim {
  /** Path of the claim, e.g. `groups` or `realm_access.roles`. */
  claim: string;
  /** In order: the first entry whose value the claim has is the role. */
  map: readonly { value: string; role: string }[];
}

const claimPath = z.string().trim().regex(/^[^\s.]+(\.[^\s.]+)*$/, {
  error: "must be the path of a claim, e.g. groups or realm_access.roles",
});

/** The settings of sign-in by OpenID Connect, to be checked with all others. */
export const OIDC_ENV = {
  OIDC_ISSUER: z.url({ error: "must be the provider's address, e.g. https://login.example.com" })
    .refine((text) => isSafeAddress(text), "must begin with https:// (http:// only for this very machine)")
    .refine((text) => /^[^?#]*$/.test(text), "must have neither ? nor # in it").optional(),
  OIDC_CLIENT_ID: z.string().trim().min(1).max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().trim().min(1).max(1000).optional(),
  OIDC_SCOPES: z.string().transform((text) => [...new Set(text.split(/[\s,]+/).filter((one) => one !== ""))])
    .refine((scopes) => scopes.includes("openid"), "must have openid in it, e.g. openid email profile groups")
    .default(["openid", "email", "profile"]),
  OIDC_LABEL: z.string().trim().min(1).max(60).regex(/^\P{Cc}+$/u, "must be a short plain name").optional(),
  OIDC_ROLE_CLAIM: claimPath.optional(),
  OIDC_ROLE_MAP: z.string().transform((text, context) => {
    const read = readRoleMap(text);
    if (typeof read !== "string") return read;
    context.addIssue({ code: "custom", message: read });
    return z.NEVER;
  }).optional(),
  OIDC_VERIFIED_CLAIM: claimPath.default("email_verified"),
  OIDC_SECOND_FACTOR: z.enum(["provider", "ask"], { error: "must be provider or ask" }).default("ask"),
  OIDC_SESSION_HOURS: z.coerce.number().min(0.25).max(720).default(12),
};

type OidcEnv = z.infer<z.ZodObject<typeof OIDC_ENV>>;

/** Settings that make sense together only. */
export const OIDC_TOGETHER: readonly (readonly (keyof OidcEnv)[])[] = [
  ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
  ["OIDC_ROLE_CLAIM", "OIDC_ROLE_MAP"],
];

/**
 * What is wrong between these settings and others.
 *
 * The provider leads people back to `PUBLIC_URL`, with a code in the address: what a request says about where it came in
 * must not decide where that is.
 */
export function faultsAroundOidc(e: OidcEnv & { PUBLIC_URL?: string }): { name: string; says: string }[] {
  if (e.OIDC_ISSUER === undefined) {
    if (e.OIDC_ROLE_CLAIM === undefined) return [];
    return [{ name: "OIDC_ISSUER", says: "is missing: OIDC_ROLE_CLAIM needs it" }];
  }
  if (e.PUBLIC_URL === undefined) {
    return [{
      name: "PUBLIC_URL",
      says: "is missing: OIDC_ISSUER needs it, since the provider leads people back there",
    }];
  }
  if (isSafeAddress(e.PUBLIC_URL)) return [];
  return [{ name: "PUBLIC_URL", says: "must begin with https://: OIDC_ISSUER is set, and codes come back by it" }];
}

/** The settings in the shape that the program works with; null without a provider. */
export function oidcConfig(e: OidcEnv): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = e;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  const { OIDC_ROLE_CLAIM: claim, OIDC_ROLE_MAP: map } = e;
  return {
    issuer,
    clientId,
    clientSecret,
    scopes: e.OIDC_SCOPES,
    label: e.OIDC_LABEL ?? new URL(issuer).hostname,
    roles: claim !== undefined && map !== undefined ? { claim, map } : null,
    verifiedClaim: e.OIDC_VERIFIED_CLAIM,
    secondFactor: e.OIDC_SECOND_FACTOR,
    sessionMs: e.OIDC_SESSION_HOURS * 3_600_000,
  };
}

/** True for https, and for http to this very machine. */
export function isSafeAddress(address: string | URL): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && isThisMachine(url.hostname);
}

/**
 * Reads `value=role,value=role`. A comma, or a backslash, in a value is written with a backslash before it; the role is what
 * stands after the last `=`, so that a value may be a name such as `CN=Sales\,DC=example`.
 *
 * @returns the entries in order, or what is wrong
 */
export function readRoleMap(text: string): { value: string; role: string }[] | string {
  const example = "must be like netsuite-admins=admin,everyone=viewer";
  const entries = [...text.matchAll(/(?:\\.|[^,\\])+|\\$/gs)].map(([one]) => one.trim()).filter((one) => one !== "");
  if (entries.length === 0) return example;
  const map: { value: string; role: string }[] = [];
  for (const entry of entries) {
    const [, value = "", role = ""] = /^(.*)=(.*)$/s.exec(entry) ?? [];
    const plain = value.trim().replaceAll(/\\(.)/gs, "$1");
    if (plain === "" || role.trim() === "") return `${example}: each entry is a value, = and a role`;
    if (map.some((one) => one.value === plain)) return `${example}: a value stands in it twice`;
    map.push({ value: plain, role: role.trim() });
  }
  return map;
}
