import type { OidcConfig, RolesByClaim } from "../../config.ts";

/** What the provider said about a person: a JSON object whose signature and origin are checked. */
export type ProvenClaims = Readonly<Record<string, unknown>>;

/**
 * The value at a path such as `realm_access.roles`. Names of claims may have dots in them (`https://example.com/groups`): the
 * longest name that is there counts first.
 */
export function claimAt(claims: unknown, path: string): unknown {
  return find(claims, path.split("."));
}

function find(value: unknown, path: string[]): unknown {
  if (path.length === 0) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join(".");
    if (!Object.hasOwn(value, name)) continue;
    const found = find(Reflect.get(value, name), path.slice(length));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The role that the claims give: of the map's entries the first one whose value the claim has. The claim may be one value or
 * a list; values are compared as text, exactly.
 *
 * @returns null when none matches
 */
export function roleOf(claims: ProvenClaims, { claim, map }: RolesByClaim): string | null {
  const given = claimAt(claims, claim);
  const values = new Set((Array.isArray(given) ? given : [given]).filter(isPlain).map(String));
  return map.find(({ value }) => values.has(value))?.role ?? null;
}

/** The e-mail address, and whether the provider says that it was checked. Some say so in words or numbers. */
export function emailOf(claims: ProvenClaims, { verifiedClaim }: Pick<OidcConfig, "verifiedClaim">) {
  const email = typeof claims.email === "string" && claims.email.trim() !== "" ? claims.email.trim() : null;
  const said = claimAt(claims, verifiedClaim);
  return { email, isVerified: said === true || said === "true" || said === 1 || said === "1" };
}

/** True when the provider says that it asked for more than one factor: `mfa` in `amr` (RFC 8176). */
export function hadSecondFactor({ amr }: ProvenClaims): boolean {
  return Array.isArray(amr) && amr.includes("mfa");
}

const isPlain = (value: unknown) =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
