import { UpstreamBusyError } from "../../errors.ts";
import { MissingError } from "./answers.ts";
import { type Gap, gapName, type Gaps } from "./gaps.ts";
import { joinsOf, namedIn, type Selectable, type Selected, selectedOf } from "./selection.ts";
import { tableOf } from "../../streams/define.ts";
import type { Statement } from "./statement.ts";

/** Asks a statement of one row; fails like any other question. */
export type Trial = (columns: readonly Selected[], statementOf: Selectable) => Promise<unknown>;

/** How often a column must end in an error, and the query without it go well, before it is thought to be the cause. */
const PROOFS = 4;

/**
 * Traces an error about a name to what this account lacks, and remembers it. What another question has found to be missing
 * since this one was asked counts as found: it is left out when this one is asked again.
 *
 * @param keys columns without which nothing can be read
 * @param before what was known to be missing when the question was asked
 * @returns true when the query can be asked again without it; false when the name is not ours to leave out
 */
export async function noteMissing(
  from: Selectable,
  keys: readonly string[],
  error: MissingError,
  gaps: Gaps,
  before: Pick<Gaps, "has">,
  trial: Trial,
): Promise<boolean> {
  const name = error.missing.toLowerCase();
  if (error.kind === "table") {
    const tables = new Set([from.table, ...Object.keys(from.joins).map((alias) => tableOf(from, alias))]);
    if (!tables.has(name) || before.has(name)) return false;
    if (!gaps.has(name)) await gaps.add({ table: name, column: null }, error.message);
    return name !== from.table;
  }
  const asked = namedIn(from).filter(({ table, column }) => column === name && !before.has(table, name));
  const named = asked.filter(({ table }) => !gaps.has(table, name));
  if (asked.length > 0 && named.length === 0) return true;
  if (keys.includes(name) && !named.some(({ table }) => table !== from.table)) return false;
  const guilty = named.length > 1 ? await whichFail(named, gaps, trial) : named;
  for (const gap of guilty) await gaps.add(gap, error.message);
  return guilty.length > 0;
}

/** What is known of a stream's tables and columns now: questions that go side by side find gaps for one another. */
export function knownNow(from: Selectable & { cursor?: string | null }, gaps: Gaps): Pick<Gaps, "has"> {
  const { table, cursor } = from;
  const gone = [
    ...[table, ...Object.keys(from.joins).map((alias) => tableOf(from, alias))].map((table) => ({
      table,
      column: null,
    })),
    ...namedIn(from),
    ...(cursor ? [{ table, column: cursor }] : []),
  ].filter(({ table, column }) => gaps.has(table, column ?? undefined)).map(gapName);
  return { has: (table, column) => gone.includes(gapName({ table, column: column ?? null })) };
}

/**
 * Looks for a column that makes NetSuite end in an error 500 (docs/netsuite.md 5.2: an invalid column sometimes does), by
 * halving the list. A column is blamed only when it fails alone, again and again, while nothing but it fails.
 *
 * @returns the gap that was noted, or null when no single column is the cause: then it is NetSuite that is ill
 */
export async function findBadColumn(from: Selectable, gaps: Gaps, trial: Trial): Promise<Gap | null> {
  let suspects = selectedOf(from, gaps);
  if (suspects.length === 0 || await fails([], from, trial)) return null;
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >> 1);
    suspects = await fails(half, from, trial) ? half : suspects.slice(half.length);
  }
  const [last] = suspects;
  if (!last) return null;
  for (let n = 0; n < PROOFS; n++) if (!await fails([last], from, trial)) return null;
  if (await fails(selectedOf(from, gaps).filter(({ alias }) => alias !== last.alias), from, trial)) return null;
  await gaps.add(last.gap, "NetSuite ends in an error whenever this column is asked for");
  return last.gap;
}

async function whichFail(named: Gap[], gaps: Gaps, trial: Trial): Promise<Gap[]> {
  const guilty: Gap[] = [];
  for (const gap of named) {
    const alone: Selectable = { table: gap.table, joins: {}, columns: {} };
    const tried: Selected = { expression: `t.${gap.column}`, alias: "tm_tried", gap };
    try {
      await trial([tried], alone);
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      guilty.push(gap);
    }
  }
  return guilty.filter(({ table, column }) => !gaps.has(table, column!));
}

async function fails(columns: readonly Selected[], from: Selectable, trial: Trial): Promise<boolean> {
  try {
    await trial(columns, from);
    return false;
  } catch (error) {
    if (error instanceof UpstreamBusyError && error.code === "upstream_error") return true;
    if (error instanceof MissingError) return false; // another fault, told by name later
    throw error;
  }
}

/** A statement as something to ask one row of; kept here so that readers need not know of joins. */
export function oneRow(from: Selectable, columns: readonly Selected[], gaps: Gaps): Statement {
  const list = columns.length ? columns.map(({ expression, alias }) => `${expression} AS ${alias}`) : ["1 AS tm_one"];
  const joins = Object.values(joinsOf(from, gaps));
  return {
    query: `SELECT ${list.join(", ")} FROM ${[`${from.table} t`, ...joins].join(" ")} WHERE ROWNUM <= 1`,
    parameters: [],
  };
}
