/** Accounts, sessions, roles and permissions: everything that decides who may do what. */
export { type Access, type AccessDeps, type NewPerson, openAccess, type SignIn, type SignInResult } from "./access.ts";
export { callerAddress, peerOf } from "./address.ts";
export { secureHeaders } from "./headers.ts";
export { faultInPassword, LEAST_PASSWORD_LENGTH, MOST_PASSWORD_LENGTH } from "./passwords.ts";
export { safeReturnPath } from "./return_path.ts";
export {
  can,
  isRole,
  missing,
  type Permission,
  PERMISSIONS,
  type Person,
  refusalOf,
  type Role,
  ROLES,
} from "./roles.ts";
export { type Need, needOf } from "./rules.ts";
