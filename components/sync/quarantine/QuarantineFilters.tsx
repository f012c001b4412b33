import { Icon } from "../../Icon.tsx";
import { type QuarantineAddress, queryOf } from "./address.ts";

/** The search over refused rows, and the filters that are set, each removable. */
export function QuarantineFilters({ asked }: { asked: QuarantineAddress }) {
  return (
    <search class="mb-4 flex flex-wrap items-center gap-2" aria-label="Filters">
      <form class="flex gap-2 max-sm:w-full" action="/sync/quarantine">
        {asked.stream && <input type="hidden" name="stream" value={asked.stream} />}
        {asked.reason && <input type="hidden" name="reason" value={asked.reason} />}
        <label class="input h-8 w-72 gap-2 text-list max-sm:h-11 max-sm:w-auto max-sm:flex-1">
          <Icon name="search" size={14} class="text-muted" />
          <span class="sr-only">Search rows</span>
          <input
            type="search"
            name="q"
            value={asked.text}
            maxLength={200}
            placeholder="Number or words of a reason"
            aria-keyshortcuts="/"
          />
        </label>
        <button class="btn max-sm:h-11" type="submit">Search</button>
      </form>
      {asked.stream && <Chip label="Stream" value={asked.stream} href={queryOf({ ...asked, stream: "", after: "" })} />}
      {asked.reason && <Chip label="Reason" value={asked.reason} href={queryOf({ ...asked, reason: "", after: "" })} />}
      {asked.text && <Chip label="Words" value={asked.text} href={queryOf({ ...asked, text: "", after: "" })} />}
    </search>
  );
}

function Chip({ label, value, href }: { label: string; value: string; href: string }) {
  return (
    <a class="btn max-w-full" href={`/sync/quarantine${href}`} title={`Remove ${label}: ${value}`}>
      <span class="sr-only">Remove the filter</span>
      <span class="font-normal text-muted">{label}</span>
      <span class="max-w-64 truncate">{value}</span>
      <Icon name="cross" size={14} class="text-muted" />
    </a>
  );
}
