import type { RunView } from "../../lib/sync/views.ts";

/** Which kind of run: one of those given, each with what it does. The field of the form is `kind`. */
export function KindField({ legend, kinds, chosen }: {
  legend: string;
  kinds: readonly (readonly [kind: RunView["kind"], name: string, does: string])[];
  chosen: string;
}) {
  return (
    <fieldset>
      <legend class="mb-1 text-list font-medium">{legend}</legend>
      {kinds.map(([kind, name, does]) => (
        <label key={kind} class="flex min-h-8 items-center gap-2 text-list max-sm:min-h-11">
          <input class="radio radio-sm" type="radio" name="kind" value={kind} checked={chosen === kind} />
          <span>
            {`${name} `}
            <span class="text-muted">{does}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
