import { PERMISSION_TEXTS } from "../../lib/access/permissions.ts";
import type { GrantChange, RoleView } from "../../lib/access/role_store.ts";
import { Button, LinkButton } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { cellName } from "./matrix.ts";

/** What is about to be saved, in sentences, with the people whom it concerns. */
export function ReviewChanges({ roles, changes, versions }: {
  roles: RoleView[];
  changes: GrantChange[];
  versions: Map<string, number>;
}) {
  const changed = roles.filter((role) => changes.some((change) => change.role === role.id));
  const people = changed.reduce((sum, role) => sum + role.people, 0);
  return (
    <form method="post" action="/admin/roles" class="grid max-w-3xl gap-4">
      {changed.map((role) => {
        const mine = changes.filter((change) => change.role === role.id);
        const after = new Set(role.permissions);
        for (const { permission, allowed } of mine) allowed ? after.add(permission) : after.delete(permission);
        return (
          <Card key={role.id} title={role.name} subtitle={counted(role.people, "person", "people")}>
            <input type="hidden" name="version" value={`${role.id}@${versions.get(role.id)}`} />
            {[...after].map((one) => <input key={one} type="hidden" name="cell" value={cellName(role.id, one)} />)}
            <ul class="grid gap-2 text-list">
              {mine.map(({ permission, allowed }) => (
                <li key={permission} class="flex gap-2">
                  <Icon
                    name={allowed ? "plus" : "cross"}
                    class={allowed ? "mt-0.5 text-success" : "mt-0.5 text-error"}
                  />
                  <span>
                    {allowed ? "May now " : "May no longer "}
                    {PERMISSION_TEXTS[permission].act} <span class="text-muted">({permission})</span>
                  </span>
                </li>
              ))}
            </ul>
          </Card>
        );
      })}
      <p class="text-list text-muted">
        {people === 0
          ? "Nobody has these roles yet."
          : `${counted(people, "person gains or loses", "people gain or lose")} access at once.`}
      </p>
      <div class="flex gap-2">
        <LinkButton href="/admin/roles">Back</LinkButton>
        <Button look="primary" name="act" value="save">{`Save ${counted(changes.length, "change")}`}</Button>
      </div>
    </form>
  );
}
