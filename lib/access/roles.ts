/** The roles a person can have, from most to fewest rights. One person has one role. */
export const ROLES = ["admin", "operator", "manager", "analyst", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** What can be allowed, as `area:action`. A permission exists here only while something checks it. */
export const PERMISSIONS = [
  "sales:view",
  "data:export",
  "sync:view",
  "sync:run",
  "sync:manage",
  "metrics:view",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** A signed-in person as pages and the API see one: no secret, safe to send to an island. */
export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** One or two capitals for the account button. */
  initials: string;
}

/** What each permission lets one do, in the words of a sentence "To … you need …". */
export const PERMISSION_ACTS: Record<Permission, string> = {
  "sales:view": "see Sales",
  "data:export": "download data",
  "sync:view": "see Sync",
  "sync:run": "start a run",
  "sync:manage": "change schedules and mend quarantined rows",
  "metrics:view": "read the program's metrics",
};

/** Who may what. A role that lacks a permission here does not have it; nothing is inherited. */
const GRANTS: Record<Role, readonly Permission[]> = {
  admin: PERMISSIONS,
  operator: PERMISSIONS,
  manager: ["sales:view", "data:export", "sync:view"],
  analyst: ["sales:view", "data:export", "sync:view"],
  viewer: ["sales:view", "sync:view"],
};

/** True when the value names a role: what is stored may have been edited by hand. */
export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** True when the person's role has the permission. Nobody (null) may nothing. */
export function can(person: Person | null, permission: Permission): boolean {
  return person !== null && GRANTS[person.role].includes(permission);
}

/** The first of these permissions that the person lacks, or null when none is missing. */
export function missing(person: Person | null, permissions: readonly Permission[]): Permission | null {
  return permissions.find((permission) => !can(person, permission)) ?? null;
}

/** The sentence of a refusal: names what is missing and who can help. */
export function refusalOf(permission: Permission): string {
  return `To ${
    PERMISSION_ACTS[permission]
  } you need the permission ${permission}. An admin can give you a role that has it.`;
}

/** Initials of a name: first letters of its first and last word, or of the e-mail where there is no name. */
export function initialsOf(name: string, email: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => word !== "");
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? email];
  return picked.map((word) => [...(word ?? "")][0] ?? "").join("").toLocaleUpperCase("en");
}
