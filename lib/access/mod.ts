/** Accounts, sessions, roles and permissions: everything that decides who may do what. */
export { type Access, type AccessDeps, openAccess, type SignIn, type SignInResult } from "./access.ts";
export { callerAddress, peerOf } from "./address.ts";
export { allowPlainHttp, errorPageHeaders, secureHeaders } from "./headers.ts";
export { readForm } from "./form.ts";
export { faultsInPerson, isEmail, type NewPerson, type PersonFault } from "./new_person.ts";
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
