import { LIMIT_KINDS, type LimitKind, type RowLimits } from "../../lib/access/limits.ts";

/** Names of what roles can be limited to, by kind and id. */
export type Named = Record<LimitKind, { id: number; name: string }[]>;

/** What a kind is called. */
export const LIMIT_LABELS: Record<LimitKind, string> = {
  subsidiaries: "Subsidiaries",
  locations: "Locations",
  departments: "Departments",
  salesReps: "Sales reps",
};

/** The name of a record, or its number where it is not in the mirror. */
export function nameOfLimit(named: Named, kind: LimitKind, id: number): string {
  return named[kind].find((one) => one.id === id)?.name ?? `${id} (not in the mirror)`;
}

/** Which rows a role sees, in a few words: `All rows`, `Bothell, Reno`. */
export function limitWords(limits: RowLimits, named: Named): string {
  const words = LIMIT_KINDS.flatMap((kind) => limits[kind]?.map((id) => nameOfLimit(named, kind, id)) ?? []);
  if (words.length > 0) return words.join(", ");
  return LIMIT_KINDS.some((kind) => limits[kind]) ? "No rows" : "All rows";
}
