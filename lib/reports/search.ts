import type { Document } from "mongodb";
import { type Scope, scopeOf } from "../access/scope.ts";
import { can, type Person } from "../access/roles.ts";
import type { MartStore } from "../marts/dirty.ts";
import { LIVE } from "../store/live.ts";
import { STREAMS } from "../streams/registry.ts";
import { rowStages } from "./rows.ts";
import { findByName, readNames, readSortNames } from "./sales_names.ts";

/** What a search over everything has found, with the page that shows it. */
export interface Found {
  kind: "customer" | "item" | "stream" | "run";
  name: string;
  /** What tells it from others of the same name: a number, a rep. */
  detail: string | null;
  /** Path of its page. */
  href: string;
}

/** What a search looks in. */
export interface SearchParts {
  store: MartStore;
  /** Whether there is a run of this number. */
  hasRun(id: number): Promise<boolean>;
}

/** So many of a kind are told. */
const MOST = 6;
/** So many of the best are looked at for those that the person may see. */
const MOST_LOOKED_AT = 2000, AT_ONCE = 200;

/**
 * Finds records by name or number: customers and items (with `sales:view`), streams and runs (with `sync:view`). What starts
 * with the words comes first. Only rows that the person may see are found, so that nobody learns from a search that
 * something exists.
 *
 * @param words as typed; nothing is found for less than one sign
 */
export async function findRecords({ store, hasRun }: SearchParts, person: Person, words: string): Promise<Found[]> {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return [];
  const found: Promise<Found[]>[] = [];
  if (can(person, "sync:view")) found.push(findRun(hasRun, wanted), Promise.resolve(findStreams(wanted)));
  if (can(person, "sales:view")) {
    found.push(findNamed(store, person, "customer", wanted), findNamed(store, person, "item", wanted));
  }
  return (await Promise.all(found)).flat();
}

async function findRun(hasRun: SearchParts["hasRun"], wanted: string): Promise<Found[]> {
  const id = Number(/^(?:run\s*)?#?(\d{1,9})$/.exec(wanted)?.[1]);
  if (!Number.isInteger(id) || !await hasRun(id)) return [];
  return [{ kind: "run", name: `Run ${id}`, detail: null, href: `/sync/runs/${id}` }];
}

function findStreams(wanted: string): Found[] {
  const spelled = wanted.replaceAll(/\s+/g, "_");
  return STREAMS.map(({ name }) => name).filter((name) => name.includes(spelled))
    .sort((a, b) => Number(b.startsWith(spelled)) - Number(a.startsWith(spelled))).slice(0, MOST)
    .map((name) => ({ kind: "stream", name, detail: null, href: `/sync/streams/${name}` }));
}

async function findNamed(
  store: MartStore,
  person: Person,
  kind: "customer" | "item",
  wanted: string,
): Promise<Found[]> {
  const ids = [...await findByName(store, kind, wanted)].filter((id) => id !== null);
  const scope = scopeOf(person);
  const sortNames = await readSortNames(store, scope, kind, ids);
  const ranked = ids.map((id) => ({ id, name: sortNames.get(id)!.toLowerCase() }))
    .sort((a, b) =>
      Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted)) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id)
    ).map(({ id }) => id).slice(0, MOST_LOOKED_AT);
  const seen = await firstSeen(store, scope, `${kind}s`, ranked);
  const names = await readNames(store, scope, kind, seen);
  return seen.map((id) => {
    const { name, code, detail } = names.get(id)!;
    const query = new URLSearchParams({ by: kind, q: code ?? name });
    return { kind, name, detail: code && code !== name ? code : detail, href: `/sales?${query}` };
  });
}

/** The first of these records that are there and that the person may see. */
async function firstSeen(
  store: MartStore,
  scope: Scope,
  stream: "customers" | "items",
  ids: number[],
): Promise<number[]> {
  const collection = store.collection<Document & { _id: number }>(stream), stages = rowStages(scope, stream);
  const seen: number[] = [];
  for (let at = 0; at < ids.length && seen.length < MOST; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const found = await collection.aggregate<{ _id: number }>([
      { $match: { _id: { $in: some }, ...LIVE } },
      ...stages,
      { $project: { _id: 1 } },
    ]).toArray();
    const there = new Set(found.map(({ _id }) => _id));
    seen.push(...some.filter((id) => there.has(id)));
  }
  return seen.slice(0, MOST);
}
