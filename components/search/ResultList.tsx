import type { Found } from "../../lib/reports/search.ts";
import { Icon, type IconName } from "../Icon.tsx";
import type { Target } from "./matching.ts";

/** One line of the results. */
export interface Result {
  label: string;
  detail: string | null;
  group: string;
  href: string;
  icon: IconName;
}

const KINDS: Record<Found["kind"], { group: string; icon: IconName }> = {
  customer: { group: "Customers", icon: "users" },
  item: { group: "Items", icon: "inbox" },
  stream: { group: "Streams", icon: "table" },
  run: { group: "Runs", icon: "sync" },
};

/** Pages and records as lines of one list, group by group. */
export function resultsOf(targets: readonly Target[], found: readonly Found[]): Result[] {
  const lines = [
    ...targets.map(({ label, group, href, icon }) => ({ label, group, href, icon, detail: null })),
    ...found.map(({ kind, name, detail, href }) => ({ label: name, detail, href, ...KINDS[kind] })),
  ];
  const groups = [...new Set(lines.map(({ group }) => group))];
  return groups.flatMap((group) => lines.filter((line) => line.group === group));
}

/** A line's words, in the palette and on the page of results. */
export function ResultWords({ result: { label, detail, icon } }: { result: Result }) {
  return (
    <>
      <Icon name={icon} />
      <span class="min-w-0 flex-1 truncate">{label}</span>
      {detail !== null && <span class="truncate text-xs text-muted">{detail}</span>}
    </>
  );
}
