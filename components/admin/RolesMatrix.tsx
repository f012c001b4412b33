import { type Permission, PERMISSION_TEXTS } from "../../lib/access/permissions.ts";
import type { RoleView } from "../../lib/access/role_store.ts";
import type { Grant } from "../../lib/access/roles.ts";
import { counted } from "../format.ts";
import { Button } from "../Button.tsx";
import { Icon } from "../Icon.tsx";
import { limitWords, type Named } from "./limit_words.ts";
import { cellName, groupedPermissions, mayChange } from "./matrix.ts";

export interface RolesMatrixProps {
  roles: RoleView[];
  /** The role whose column is marked and whose card stands beside. */
  shown: string | null;
  /** What the person may give and take: other cells are locked. */
  own: Grant;
  names: Named;
}

/**
 * Roles across, permissions down, a real checkbox in each cell. What differs from what is saved marks itself by the
 * stylesheet (`:default`), and a bar comes up that counts it: no script.
 */
export function RolesMatrix({ roles, shown, own, names }: RolesMatrixProps) {
  return (
    <form class="card matrix" method="post" action="/admin/roles">
      {roles.filter((role) => !role.isFixed).map((role) => (
        <input key={role.id} type="hidden" name="version" value={`${role.id}@${role.version}`} />
      ))}
      <div class="scroll" role="region" aria-label="Permissions by role" tabIndex={0}>
        <table class="data">
          <caption class="sr-only">Permissions by role</caption>
          <thead>
            <tr>
              <th scope="col">Permission</th>
              {roles.map((role) => (
                <th key={role.id} scope="col" class={role.id === shown ? "marked" : undefined}>
                  <a class="block text-list font-semibold text-base-content hover:underline" href={`?role=${role.id}`}>
                    {role.name}
                  </a>
                  <span class="num block font-normal">{counted(role.people, "person", "people")}</span>
                  <span class="block max-w-28 truncate font-normal">{limitWords(role.limits, names)}</span>
                </th>
              ))}
            </tr>
          </thead>
          {groupedPermissions().map(([heading, permissions]) => (
            <tbody key={heading}>
              <tr>
                <th class="group" scope="rowgroup" colSpan={roles.length + 1}>
                  <span>{heading}</span>
                </th>
              </tr>
              {permissions.map((permission) => (
                <tr key={permission}>
                  <th scope="row">
                    <span class="font-medium">{permission}</span>
                    <span class="ml-2 inline-block text-xs text-muted first-letter:uppercase max-lg:sr-only">
                      {PERMISSION_TEXTS[permission].act}
                    </span>
                  </th>
                  {roles.map((role) => (
                    <td key={role.id} class={role.id === shown ? "marked" : undefined}>
                      <Cell role={role} permission={permission} locked={!mayChange(own, role, permission)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <div class="unsaved" role="status">
        <Icon name="triangle" class="text-warning" />
        <span class="flex-1">
          <strong class="unsaved-count num font-semibold">not saved</strong>
          <span class="text-muted max-sm:hidden">They take effect at once when they are saved.</span>
        </span>
        <button class="btn" type="reset">Discard</button>
        <Button look="primary" name="act" value="review">Review and save</Button>
      </div>
    </form>
  );
}

function Cell({ role, permission, locked }: { role: RoleView; permission: Permission; locked: boolean }) {
  const allowed = role.permissions.includes(permission);
  const label = `${permission} for ${role.name}`;
  if (locked) {
    const why = role.isFixed ? "always allowed" : allowed ? "allowed" : "not allowed";
    return allowed
      ? <Icon name="lock" size={14} class="mx-auto text-muted" label={`${label}: ${why}`} />
      : (
        <span class="zero">
          <span aria-hidden="true">–</span>
          <span class="sr-only">{label}: {why}</span>
        </span>
      );
  }
  return (
    <span class="cell">
      <input
        class="checkbox checkbox-sm checkbox-primary"
        type="checkbox"
        name="cell"
        value={cellName(role.id, permission)}
        aria-label={label}
        checked={allowed}
      />
      <i class="mark" aria-hidden="true" />
    </span>
  );
}
