import { logOf } from "../log.ts";
import { currentActor } from "./actor.ts";
import type { Right } from "./permissions.ts";
import type { Person } from "./roles.ts";

/**
 * Writes a refusal to the program's log: who wanted what, and which right is missing. Not to the audit log, which anybody
 * with an account could fill so.
 *
 * @param what method and pattern of the route: never the path as typed, which may hold anything
 */
export function noteRefusal(person: Person, lacking: Right, what: string): void {
  logOf("access").warn("Refused {what} to {person}: {lacking} is missing", {
    what,
    person: person.id,
    key: person.key?.id ?? null,
    role: person.role,
    lacking,
    address: currentActor().address,
  });
}

/** Answers that say no to what was sent: wrong input, a forged form, a missing session, a limit. */
const REFUSING = new Set([400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429]);

/** A request that was refused, by what is known of it; `what` as in {@link noteRefusal}. */
export interface RefusedRequest {
  what: string;
  status: number;
  person: Person | null;
  address: string | null;
}

/**
 * Writes a refused request to the program's log, so that somebody who tries what the checks forbid can be seen. Nothing of what was
 * sent is in it. A missing right has its own line, and unknown paths of strangers are noise of every network.
 */
export function noteRefusedRequest({ what, status, person, address }: RefusedRequest): void {
  if (!REFUSING.has(status) || (status === 403 && person !== null) || (status === 404 && person === null)) return;
  logOf("access").info("Answered {what} with {status}", {
    what,
    status,
    person: person?.id ?? null,
    key: person?.key?.id ?? null,
    address,
  });
}
