import { createHash, createHmac } from "node:crypto";
import type { Actor } from "./actor.ts";

/** What the log tells of, as `area.act`; the list that the page's filter offers. */
export const AUDIT_ACTIONS = {
  "sign_in.done": "Signed in",
  "sign_in.failed": "Sign-in failed",
  "sign_in.linked": "Account linked with the sign-in provider",
  "sign_in.unlinked": "Link with the sign-in provider removed",
  "sign_out.done": "Signed out",
  "person.created": "Account made",
  "person.role_changed": "Role of a person changed",
  "person.switched_off": "Account switched off",
  "person.switched_on": "Account switched on",
  "invitation.made": "Invitation made",
  "invitation.revoked": "Invitation taken back",
  "invitation.taken": "Invitation taken",
  "password.reset_asked": "New password asked for",
  "password.link_made": "Link for a new password made",
  "password.reset": "New password set by a link",
  "password.changed": "Own password changed",
  "password.change_failed": "Own password given wrongly",
  "second_factor.switched_on": "Second factor switched on",
  "second_factor.switched_off": "Second factor switched off",
  "second_factor.reset": "Second factor taken away by an admin",
  "second_factor.recovery_renewed": "New recovery codes made",
  "second_factor.refused": "Wrong code for the second factor",
  "session.revoked": "Session ended",
  "role.created": "Role made",
  "role.changed": "Permissions of a role changed",
  "role.described": "Name or rows of a role changed",
  "role.removed": "Role removed",
  "role.preview_started": "Began to see as a role",
  "role.preview_ended": "Stopped seeing as a role",
  "key.created": "API key made",
  "key.revoked": "API key revoked",
  "run.requested": "Run asked for",
  "run.paused": "Run paused",
  "run.resumed": "Run resumed",
  "run.cancelled": "Run cancelled",
  "schedule.saved": "Schedule saved",
  "schedule.removed": "Schedule removed",
  "quarantine.edited": "Quarantined row edited",
  "quarantine.edit_undone": "Edit of a quarantined row undone",
  "quarantine.replayed": "Quarantined rows replayed",
  "marts.rebuilt": "Rebuild of the totals begun",
  "marts.recounted": "Recount of some days' totals begun",
  "alerts.tested": "Test message sent",
  "data.exported": "Data downloaded",
  "secrets.rotated": "Secrets sealed anew",
  "audit.verified": "Audit log verified",
} as const;

/** One of {@link AUDIT_ACTIONS}. */
export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** A plain value that JSON holds unchanged. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** What is written down. */
export interface AuditEvent {
  action: AuditAction;
  /** What it was done to: a kind, an id and a name as people know it. */
  subject?: { kind: string; id: string; name?: string };
  /** More about it; never a secret, never a row of business data. */
  details?: { readonly [name: string]: Plain };
}

/** An entry as it is kept in `audit_log`. `_id` is its place in the log, from 1, without gaps. */
export interface AuditEntry {
  _id: number;
  at: Date;
  actor: Actor;
  action: AuditAction;
  subject: { kind: string; id: string; name?: string } | null;
  details: { readonly [name: string]: Plain };
  /** Hash of the entry before; of the first one {@link NO_ENTRY}. */
  previous: string;
  /** SHA-256 over all of the above, hex. */
  hash: string;
}

/** What stands for the hash before the first entry. */
export const NO_ENTRY = "0".repeat(64);

/** The hash of an entry: SHA-256 over its fields as JSON with sorted names. */
export function hashOf(entry: Omit<AuditEntry, "hash">): string {
  const { _id, at, actor, action, subject, details, previous } = entry;
  const text = canonical({ _id, at: at.toISOString(), actor, action, subject, details, previous });
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The seal of a head: HMAC-SHA256 under a key that is derived from `APP_SECRET`, so that who can write the database only
 * cannot make one for a log that was cut off.
 */
export function sealOf(head: { seq: number; hash: string }, secret: string): string {
  return createHmac("sha256", `audit head|${secret}`).update(`${head.seq}|${head.hash}`).digest("hex");
}

/** JSON with the names of every object in order: a database may give fields back in another order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
