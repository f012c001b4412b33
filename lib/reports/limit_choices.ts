import type { Document } from "mongodb";
import { LIMIT_KINDS, type LimitKind } from "../access/limits.ts";
import type { Scope } from "../access/scope.ts";
import type { MartStore } from "../marts/dirty.ts";
import { LIVE } from "../store/live.ts";
import type { FilteredStream } from "./row_rules.ts";
import { rowFilter } from "./rows.ts";

/** So many names of one kind are offered. */
const MOST = 1000;

const SOURCES: Record<LimitKind, { stream: FilteredStream; filter: Document }> = {
  subsidiaries: { stream: "subsidiaries", filter: {} },
  locations: { stream: "locations", filter: {} },
  departments: { stream: "departments", filter: {} },
  salesReps: { stream: "employees", filter: { isSalesRep: true } },
};

/** What roles can be limited to, by name: what the mirror holds of it, as far as the scope shows it. */
export async function readLimitChoices(
  store: MartStore,
  scope: Scope,
): Promise<Record<LimitKind, { id: number; name: string }[]>> {
  const read = async (kind: LimitKind) => {
    const { stream, filter } = SOURCES[kind];
    const found = await store.collection<Document & { _id: number }>(stream).find(
      { ...filter, ...LIVE, $and: [rowFilter(scope, stream)] },
      { projection: { name: 1, fullName: 1, number: 1 }, sort: { name: 1, _id: 1 }, limit: MOST },
    ).toArray();
    return [
      kind,
      found.map(({ _id, fullName, name, number }) => ({ id: _id, name: String(fullName ?? name ?? number ?? _id) })),
    ];
  };
  return Object.fromEntries(await Promise.all(LIMIT_KINDS.map(read)));
}
