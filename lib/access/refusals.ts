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
