import { type Document, ObjectId } from "mongodb";
import type { Store } from "../store/connect.ts";
import { PEOPLE } from "./auth.ts";
import type { Roles } from "./role_store.ts";
import { initialsOf, type Person } from "./roles.ts";

/** What of an account decides who it is. */
export interface StoredUser {
  id: string;
  name: string;
  email: string;
  role?: unknown;
  /** True: the account is switched off. */
  banned?: unknown;
}

/** Reads accounts as people, with the rights of their role now. */
export interface StoredPeople {
  /** One that is switched off, or whose role is gone, is nobody. */
  personOf(user: StoredUser | null | undefined): Promise<Person | null>;
  /** The account of an id as it is stored; null for none. */
  byId(id: string): Promise<StoredUser | null>;
  /** The account of an address, in any spelling; null for none. */
  byEmail(email: string): Promise<StoredUser | null>;
}

/** The people of a store. */
export function storedPeople(store: Store, roles: Roles): StoredPeople {
  const people = store.collection(PEOPLE);
  return {
    async personOf(user) {
      if (!user || user.banned === true || typeof user.role !== "string") return null;
      const grant = await roles.grantOf(user.role);
      if (grant === null) return null;
      const { id, name, email, role } = user;
      const { permissions, limits, name: roleName } = grant;
      const initials = initialsOf(name, email);
      return { id, name, email, role, roleName, permissions, limits, initials, key: null, seesAs: null };
    },
    byId: async (id) => /^[0-9a-f]{24}$/.test(id) ? userOf(await people.findOne({ _id: new ObjectId(id) })) : null,
    byEmail: async (email) => userOf(await people.findOne({ email: email.trim().toLowerCase() })),
  };
}

function userOf(found: Document | null): StoredUser | null {
  if (found === null) return null;
  const { _id, name, email, role, banned } = found;
  return { id: String(_id), name: String(name), email: String(email), role, banned };
}
