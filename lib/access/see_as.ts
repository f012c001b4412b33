import type { Roles } from "./role_store.ts";
import { can, narrowed, type Person } from "./roles.ts";

/** The cookie that names the role through which an admin looks. It can only take rights away, so that it needs no signature. */
export const SEE_AS_COOKIE = "see-as";

/** The person as seen through a role, as the cookie {@link SEE_AS_COOKIE} names it, for who may manage roles. */
export async function throughRole(person: Person, role: string | null, roles: Roles): Promise<Person> {
  if (!role || !can(person, "roles:manage")) return person;
  const grant = await roles.grantOf(role);
  return grant ? { ...narrowed(person, grant), seesAs: { id: role, name: grant.name } } : person;
}
