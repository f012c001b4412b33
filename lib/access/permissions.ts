/** One thing that a role may allow. */
interface PermissionText {
  /** Heading of the matrix under which it stands. */
  group: "Reports" | "Sync" | "Admin";
  /** What it lets one do, for the sentence "To … you need …" and the matrix. */
  act: string;
}

const TEXTS = {
  "sales:view": { group: "Reports", act: "see Sales" },
  "data:export": { group: "Reports", act: "download data" },
  "sync:view": { group: "Sync", act: "see streams, runs and proofs" },
  "sync:run": { group: "Sync", act: "start, pause and cancel runs" },
  "sync:manage": { group: "Sync", act: "change schedules and fix quarantine" },
  "metrics:view": { group: "Sync", act: "read the program's metrics" },
  "users:manage": { group: "Admin", act: "manage people and sessions" },
  "roles:manage": { group: "Admin", act: "change what roles allow" },
  "keys:manage": { group: "Admin", act: "make and revoke API keys" },
  "audit:view": { group: "Admin", act: "read the audit log" },
} as const satisfies Record<`${string}:${string}`, PermissionText>;

/** What a role may allow, as `area:action`. A permission exists here only while something checks it. */
export type Permission = keyof typeof TEXTS;

/**
 * What a request can need: a permission, or `rows:all`, which nobody grants: whose role is limited to some rows lacks it.
 * It stands before what cannot be cut down to some rows, such as the raw rows of the quarantine.
 */
export type Right = Permission | "rows:all";

/** Every permission, in the order of the matrix. */
export const PERMISSIONS = Object.keys(TEXTS) as readonly Permission[];

/** Heading and words of a permission. */
export const PERMISSION_TEXTS: Record<Permission, PermissionText> = TEXTS;

/** True when the value names a permission: what is stored or sent may be old or mistyped. */
export function isPermission(value: unknown): value is Permission {
  return typeof value === "string" && Object.hasOwn(TEXTS, value);
}

/** The sentence of a refusal: names what is missing and who can help. */
export function refusalOf(right: Right): string {
  return right === "rows:all"
    ? "This shows rows of the whole company (rows:all), and your role is limited to some of them. " +
      "An admin can give you a role without limits."
    : `To ${TEXTS[right].act} you need the permission ${right}. An admin can give you a role that has it.`;
}
