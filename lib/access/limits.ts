/** By what the rows that a role sees can be limited: fields of NetSuite's records. */
export const LIMIT_KINDS = ["subsidiaries", "locations", "departments", "salesReps"] as const;
/** One of {@link LIMIT_KINDS}. */
export type LimitKind = (typeof LIMIT_KINDS)[number];

/**
 * Which rows may be seen: per kind the NetSuite ids allowed; a kind that is absent is not limited. A row must satisfy every
 * kind that is there, and a row on which the field is empty satisfies none. An empty list therefore shows nothing.
 */
export type RowLimits = { readonly [kind in LimitKind]?: readonly number[] };

/** All rows. */
export const NO_LIMITS: RowLimits = {};

/** True when some rows are hidden. */
export function isLimited(limits: RowLimits): boolean {
  return LIMIT_KINDS.some((kind) => limits[kind] !== undefined);
}

/** What both allow. */
export function intersect(a: RowLimits, b: RowLimits): RowLimits {
  const both: { [kind in LimitKind]?: readonly number[] } = {};
  for (const kind of LIMIT_KINDS) {
    const [x, y] = [a[kind], b[kind]];
    const ids = x && y ? x.filter((id) => y.includes(id)) : x ?? y;
    if (ids !== undefined) both[kind] = ids;
  }
  return both;
}

/** True when `inner` shows no row that `outer` hides. */
export function isWithin(inner: RowLimits, outer: RowLimits): boolean {
  return LIMIT_KINDS.every((kind) => {
    const allowed = outer[kind];
    return allowed === undefined || (inner[kind]?.every((id) => allowed.includes(id)) ?? false);
  });
}

/** Reads limits as they are stored or sent: only known kinds, ids once each and in order. */
export function cleanLimits(given: unknown): RowLimits {
  const clean: { [kind in LimitKind]?: readonly number[] } = {};
  for (const kind of LIMIT_KINDS) {
    const ids: unknown = typeof given === "object" && given !== null ? Reflect.get(given, kind) : undefined;
    if (ids === undefined || ids === null) continue;
    // whatever cannot be read allows nothing: a mistake must not open rows
    const whole = Array.isArray(ids) ? ids.filter((id): id is number => Number.isSafeInteger(id)) : [];
    clean[kind] = [...new Set(whole)].sort((a, b) => a - b);
  }
  return clean;
}
