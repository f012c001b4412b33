import { NO_LIMITS } from "./limits.ts";
import { type BuiltInRole, FIRST_GRANTS, type Person } from "./roles.ts";

/** A person for tests, with what a built-in role allows at first. */
export function personWith(role: BuiltInRole, change: Partial<Person> = {}): Person {
  return {
    id: "1",
    name: "Ada Roe",
    email: "ada@example.com",
    role,
    roleName: role,
    initials: "AR",
    permissions: FIRST_GRANTS[role],
    limits: NO_LIMITS,
    key: null,
    seesAs: null,
    ...change,
  };
}
