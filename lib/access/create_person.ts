import { AppError } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Store } from "../store/connect.ts";
import type { Audit } from "./audit.ts";
import { ACCOUNTS, type Auth, PEOPLE } from "./auth.ts";
import { faultsInPerson, type NewPerson } from "./new_person.ts";
import type { FaultInPassword } from "./password_check.ts";
import type { Roles } from "./role_store.ts";
import type { Person } from "./roles.ts";
import type { StoredPeople } from "./stored_person.ts";

/** After this time an account without a password is taken for the rest of a creation that was cut off. */
const HALF_MADE_AFTER_MS = 60_000;

/** What accounts are made with. */
export interface CreatePersonParts {
  auth: Auth;
  store: Store;
  roles: Roles;
  people: StoredPeople;
  audit: Audit;
  faultInPassword: FaultInPassword;
  now: () => Date;
}

/** Makes accounts that sign in by a password. The function's promises: `Access.createPerson`. */
export function personMaker({ auth, store, roles, people, audit, faultInPassword, now }: CreatePersonParts) {
  const stored = store.collection(PEOPLE);

  /** Person and password are two documents and no transaction holds them together: clears a person left without one. */
  async function removeHalfMade(email: string): Promise<void> {
    const before = new Date(now().getTime() - HALF_MADE_AFTER_MS);
    const found = await stored.findOne({ email, createdAt: { $lt: before } }, { projection: { _id: 1 } });
    if (found === null) return;
    const held = await store.collection(ACCOUNTS).findOne({ userId: found._id }, { projection: { _id: 1 } });
    if (held !== null) return;
    await stored.deleteOne({ _id: found._id });
    logOf("access").warn("Removed a half-made account, {email}", { email });
  }

  return async function createPerson(person: NewPerson): Promise<Person> {
    const faults = (await faultsInPerson(person, faultInPassword)).map((fault) => fault.message);
    if (faults.length > 0) throw new AppError(faults.join(" "), "bad_person", "reject_request");
    const email = person.email.trim().toLowerCase();
    const name = person.name.trim();
    if (await roles.grantOf(person.role) === null) {
      throw new AppError(`There is no role “${person.role.slice(0, 60)}”`, "unknown_role", "reject_request");
    }
    await removeHalfMade(email);
    try {
      // the library's type knows its own two roles only
      const role = person.role as "admin";
      const made = await auth.api.createUser({ body: { email, name, password: person.password, role } });
      const subject = { kind: "person", id: made.user.id, name };
      await audit.write({ action: "person.created", subject, details: { role: person.role } });
      return (await people.personOf({ id: made.user.id, name, email, role: person.role }))!;
    } catch (error) {
      if (await people.byEmail(email) === null) throw error;
      throw new AppError(`An account with the address ${email} exists already`, "email_taken", "reject_request", {
        cause: error,
      });
    }
  };
}
