import { ADMIN_ROLE } from "../roles.ts";

/** Of whom the settings want a second factor. */
export type RequireTwoFactor = "off" | "admin" | "all";

/** True when somebody with this role must have a second factor. */
export function isFactorRequired(require: RequireTwoFactor, role: string): boolean {
  return require === "all" || (require === "admin" && role === ADMIN_ROLE);
}
