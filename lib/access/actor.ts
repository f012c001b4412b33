import { AsyncLocalStorage } from "node:async_hooks";
import type { Person } from "./roles.ts";

/** Who does something, as the audit log names them. */
export interface Actor {
  kind: "person" | "key" | "nobody" | "system";
  /** The person's id; for a key its owner's. */
  id: string | null;
  name: string;
  /** The API key that spoke for the person. */
  key?: { id: string; name: string };
  /** The role through which an admin looked. */
  seesAs?: string;
  /** Trusted address of the caller. */
  address: string | null;
}

/** Acts of the program itself: at start, or from the command line. */
export const SYSTEM: Actor = { kind: "system", id: null, name: "Tidemark", address: null };

const current = new AsyncLocalStorage<Actor>();

/** Says who acts, for everything below it. Called by the middleware of all pages and by the commands, and nowhere else. */
export function actAs<T>(actor: Actor, work: () => T): T {
  return current.run(actor, work);
}

/** Who acts now. Outside of a request it is the program itself. */
export function currentActor(): Actor {
  return current.getStore() ?? SYSTEM;
}

/** A person, or nobody, as an actor. */
export function actorOf(person: Person | null, address: string | null): Actor {
  if (person === null) return { kind: "nobody", id: null, name: "Nobody", address };
  return {
    kind: person.key ? "key" : "person",
    id: person.id,
    name: person.name,
    ...(person.key ? { key: person.key } : {}),
    ...(person.seesAs ? { seesAs: person.seesAs.name } : {}),
    address,
  };
}
