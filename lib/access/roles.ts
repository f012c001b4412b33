import { intersect, isLimited, isWithin, NO_LIMITS, type RowLimits } from "./limits.ts";
import { type Permission, PERMISSIONS, type Right } from "./permissions.ts";

/** The roles that every Tidemark has from its first start on, from most to fewest rights. */
export const BUILT_IN_ROLES = ["admin", "operator", "manager", "analyst", "viewer"] as const;
/** One of {@link BUILT_IN_ROLES}. */
export type BuiltInRole = (typeof BUILT_IN_ROLES)[number];

/** The one role that always has every permission and sees every row: it can be neither changed nor removed. */
export const ADMIN_ROLE: BuiltInRole = "admin";

/** What the built-in roles allow until somebody changes them. Nothing is inherited. */
export const FIRST_GRANTS: Record<BuiltInRole, readonly Permission[]> = {
  admin: PERMISSIONS,
  operator: ["sales:view", "data:export", "sync:view", "sync:run", "sync:manage", "metrics:view", "audit:view"],
  manager: ["sales:view", "data:export", "sync:view"],
  analyst: ["sales:view", "data:export", "sync:view", "keys:manage"],
  viewer: ["sales:view", "sync:view"],
};

/** What a role allows. */
export interface Grant {
  permissions: readonly Permission[];
  limits: RowLimits;
}

/** A signed-in person, or the owner of an API key, as pages and the API see one: no secret, safe to send to an island. */
export interface Person extends Grant {
  id: string;
  name: string;
  email: string;
  /** Id of the role, and its name for people. */
  role: string;
  roleName: string;
  /** One or two capitals for the account button. */
  initials: string;
  /** The API key that speaks for the person, null for a browser. */
  key: { id: string; name: string } | null;
  /** The role that the person looks through just now, null when it is the own one. */
  seesAs: { id: string; name: string } | null;
}

/** True when the person has the right now. Nobody (null) has none. */
export function can(person: Person | null, right: Right): boolean {
  if (person === null) return false;
  return right === "rows:all" ? !isLimited(person.limits) : person.permissions.includes(right);
}

/** The first of these rights that the person lacks, or null when none is missing. */
export function missing(person: Person | null, rights: readonly Right[]): Right | null {
  return rights.find((right) => !can(person, right)) ?? null;
}

/** What the person has of it: never more than the person's own rights. */
export function narrowed(person: Person, to: Partial<Grant>): Person {
  const permissions = to.permissions;
  return {
    ...person,
    permissions: permissions ? person.permissions.filter((one) => permissions.includes(one)) : person.permissions,
    limits: intersect(person.limits, to.limits ?? NO_LIMITS),
  };
}

/**
 * True when a grant gives nothing that the person does not have: the rule for giving rights away, to a role, to a person
 * or to a key.
 */
export function covers(person: Grant, grant: Grant): boolean {
  return grant.permissions.every((one) => person.permissions.includes(one)) && isWithin(grant.limits, person.limits);
}

/** Initials of a name: first letters of its first and last word, or of the e-mail where there is no name. */
export function initialsOf(name: string, email: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => word !== "");
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? email];
  return picked.map((word) => [...(word ?? "")][0] ?? "").join("").toLocaleUpperCase("en");
}
