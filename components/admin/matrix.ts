import { type Permission, PERMISSION_TEXTS, PERMISSIONS } from "../../lib/access/permissions.ts";
import { isWithin } from "../../lib/access/limits.ts";
import type { Grant } from "../../lib/access/roles.ts";
import type { GrantChange, RoleView } from "../../lib/access/role_store.ts";

/** What a matrix that was sent says: the cells that differ, and the versions that the person looked at. */
export interface SentMatrix {
  changes: GrantChange[];
  versions: Map<string, number>;
}

/** How a cell of the matrix is named in its form. */
export const cellName = (role: string, permission: Permission) => `${role}/${permission}`;

/**
 * Reads the matrix out of its form. A box that is not ticked is not sent; so only cells that were shown as boxes count:
 * those of the roles whose version came along, for permissions that the person has.
 *
 * @param own what the person may give and take
 */
export function readMatrix(form: URLSearchParams, roles: RoleView[], own: Grant): SentMatrix {
  const ticked = new Set(form.getAll("cell"));
  const versions = new Map<string, number>();
  for (const sent of form.getAll("version")) {
    const [, role, version] = /^([a-z0-9-]{1,60})@(\d{1,12})$/.exec(sent) ?? [];
    if (role !== undefined) versions.set(role, Number(version));
  }
  const changes: GrantChange[] = [];
  for (const role of roles) {
    if (!versions.has(role.id)) continue;
    for (const permission of PERMISSIONS) {
      if (!mayChange(own, role, permission)) continue;
      const allowed = ticked.has(cellName(role.id, permission));
      if (allowed !== role.permissions.includes(permission)) changes.push({ role: role.id, permission, allowed });
    }
  }
  return { changes, versions };
}

/** Whether a person may give or take a permission: it is the own one, and the role shows no rows beyond the own ones. */
export function mayChange(own: Grant, role: RoleView, permission: Permission): boolean {
  return !role.isFixed && own.permissions.includes(permission) && isWithin(role.limits, own.limits);
}

/** The permissions under their headings, in order. */
export function groupedPermissions(): [heading: string, permissions: Permission[]][] {
  return [...Map.groupBy(PERMISSIONS, (permission) => PERMISSION_TEXTS[permission].group)];
}
