import { RUN_KINDS, RUN_OUTCOMES, type RunsAddress, runsHref } from "./runs_address.ts";

/** Filters over the list of runs, as one form: its address holds them. */
export function RunsFilters({ asked }: { asked: RunsAddress }) {
  const isSet = Boolean(asked.kind || asked.status || asked.by);
  return (
    <search class="mb-4" aria-label="Filters">
      <form class="flex flex-wrap items-end gap-2 max-sm:grid max-sm:grid-cols-2" action="/sync/runs">
        <Choice label="Kind" name="kind" value={asked.kind} words={RUN_KINDS} />
        <Choice label="Outcome" name="outcome" value={asked.status} words={RUN_OUTCOMES} />
        <label class="flex flex-col gap-1 text-xs text-muted">
          Asked for by
          <input
            class="input h-8 w-44 text-list text-base-content max-sm:h-11 max-sm:w-full"
            type="search"
            name="by"
            value={asked.by}
            maxLength={200}
            placeholder="Name, or schedule"
            aria-keyshortcuts="/"
          />
        </label>
        <button class="btn max-sm:h-11" type="submit">Show</button>
        {isSet && <a class="btn btn-ghost max-sm:h-11" href={runsHref({})}>Show all</a>}
      </form>
    </search>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  value: string | undefined;
  words: Record<string, string>;
}

function Choice({ label, name, value, words }: ChoiceProps) {
  return (
    <label class="flex flex-col gap-1 text-xs text-muted">
      {label}
      <select class="select h-8 w-36 text-list text-base-content max-sm:h-11 max-sm:w-full" name={name}>
        <option value="" selected={value === undefined}>All</option>
        {Object.entries(words).map(([key, word]) => (
          <option key={key} value={key} selected={value === key}>{word}</option>
        ))}
      </select>
    </label>
  );
}
