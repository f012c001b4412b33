import { LIMIT_KINDS } from "../../lib/access/limits.ts";
import type { RoleView } from "../../lib/access/role_store.ts";
import { Button, LinkButton } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Moment } from "../Moment.tsx";
import { TextField } from "./Field.tsx";
import { LIMIT_LABELS, type Named, nameOfLimit } from "./limit_words.ts";

/** One role: its name, the rows that it sees, and what else can be done with it. */
export function RoleCard({ role, names, now, isOwn }: { role: RoleView; names: Named; now: string; isOwn: boolean }) {
  const made = role.isBuiltIn ? "Built in" : (
    <>
      Made <Moment at={role.createdAt} now={now} /> by {role.createdBy ?? "Tidemark"}
    </>
  );
  return (
    <Card title={role.name} subtitle={made} id="role">
      <p class="mb-4 text-list">
        <a class="go" href={`/admin/users?role=${role.id}`}>{counted(role.people, "person", "people")}</a>
      </p>
      {role.isFixed
        ? (
          <p class="text-xs text-muted">
            Always allows everything and shows all rows, so that somebody can mend all others.
          </p>
        )
        : <RoleForm role={role} names={names} />}
      <div class="mt-4 flex flex-wrap gap-2 border-t border-line pt-4">
        <LinkButton small icon="copy" href={`/admin/roles/new?from=${role.id}`}>Clone</LinkButton>
        {!isOwn && (
          <form method="post" action="/see-as">
            <input type="hidden" name="role" value={role.id} />
            <Button small icon="eye">See as {role.name}</Button>
          </form>
        )}
        {!role.isBuiltIn && (
          <form method="post" action="/admin/roles">
            <input type="hidden" name="role" value={role.id} />
            <Button
              small
              name="act"
              value="remove"
              disabled={role.people > 0}
              title={role.people > 0 ? "People have this role: give them another one first" : undefined}
            >
              Remove role
            </Button>
          </form>
        )}
      </div>
    </Card>
  );
}

function RoleForm({ role, names }: { role: RoleView; names: Named }) {
  return (
    <form class="grid gap-3" method="post" action="/admin/roles">
      <input type="hidden" name="role" value={role.id} />
      <input type="hidden" name="version" value={String(role.version)} />
      <TextField name="name" label="Name" value={role.name} required maxLength={60} />
      {LIMIT_KINDS.map((kind) => {
        const chosen = role.limits[kind];
        const gone = (chosen ?? []).filter((id) => !names[kind].some((one) => one.id === id))
          .map((id) => ({ id, name: nameOfLimit(names, kind, id) }));
        const all = [...names[kind], ...gone];
        return (
          <fieldset key={kind} class="limit">
            <legend class="text-xs text-muted">{LIMIT_LABELS[kind]}</legend>
            <span class="flex gap-4 text-list">
              <label class="flex min-h-6 items-center gap-2 max-sm:min-h-11">
                <input class="radio radio-xs" type="radio" name={`${kind}-mode`} value="all" checked={!chosen} />{" "}
                All rows
              </label>
              <label class="flex min-h-6 items-center gap-2 max-sm:min-h-11">
                <input
                  class="radio radio-xs limit-some"
                  type="radio"
                  name={`${kind}-mode`}
                  value="some"
                  checked={!!chosen}
                />
                Only these
              </label>
            </span>
            {all.length === 0
              ? <p class="limit-list text-xs text-muted">The mirror holds none.</p>
              : (
                <ul class="limit-list" tabIndex={0} aria-label={`${LIMIT_LABELS[kind]} to choose from`}>
                  {all.map((one) => (
                    <li key={one.id}>
                      <label class="flex min-h-6 items-center gap-2 text-list max-sm:min-h-11">
                        <input
                          class="checkbox checkbox-xs"
                          type="checkbox"
                          name={kind}
                          value={String(one.id)}
                          checked={chosen?.includes(one.id)}
                        />
                        {one.name}
                      </label>
                    </li>
                  ))}
                </ul>
              )}
          </fieldset>
        );
      })}
      <p class="text-xs text-muted">
        Reports, exports and the API then show these rows only. A row must fit every limit; one that names no{" "}
        subsidiary, location, department or rep is not shown under that limit.
      </p>
      <Button name="act" value="describe" class="justify-self-start">Save name and rows</Button>
    </form>
  );
}
