import { MOST_KEY_DAYS, MOST_PER_MINUTE } from "../../lib/access/key_limits.ts";
import { type Permission, PERMISSION_TEXTS } from "../../lib/access/permissions.ts";
import { Button } from "../Button.tsx";
import { TextField } from "./Field.tsx";

/** A key as it is typed. */
export interface KeyInput {
  name: string;
  scopes: string[];
  days: string;
  perMinute: string;
}

/** Name, rights, life and limit of a key to be made. Only rights that the person has are offered. */
export function KeyForm({ given, own }: { given: KeyInput; own: readonly Permission[] }) {
  return (
    <form class="grid gap-4" method="post" action="/admin/keys">
      <TextField
        name="name"
        label="Name"
        value={given.name}
        required
        maxLength={80}
        hint="What uses it, such as Nightly export"
      />
      <fieldset class="grid gap-1">
        <legend class="mb-1 text-xs text-muted">May</legend>
        {own.map((permission) => (
          <label key={permission} class="flex min-h-6 items-start gap-2 text-list max-sm:min-h-11">
            <input
              class="checkbox checkbox-xs mt-0.5"
              type="checkbox"
              name="scope"
              value={permission}
              checked={given.scopes.includes(permission)}
            />
            <span>
              <span class="font-medium">{permission}</span>{" "}
              <span class="text-muted">{PERMISSION_TEXTS[permission].act}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="grid grid-cols-2 gap-3">
        <TextField
          name="days"
          label="Lasts, in days"
          type="number"
          value={given.days}
          required
          min={1}
          max={MOST_KEY_DAYS}
        />
        <TextField
          name="perMinute"
          label="Requests a minute"
          type="number"
          value={given.perMinute}
          required
          min={1}
          max={MOST_PER_MINUTE}
        />
      </div>
      <Button look="primary" icon="key" name="act" value="create" class="justify-self-start">Make key</Button>
    </form>
  );
}
