/** A record's fields by their names in the Record API (`companyName`); sublists are `{ items: [...] }`. */
export type RecordBody = Record<string, unknown>;

/** What differs between two versions of a record. */
export interface Changes {
  /** Changed fields with their new values; null clears a field. */
  body: RecordBody;
  /** Which of them are sublists: they are written whole, or lines without a key would be added once more. */
  sublists: string[];
}

/**
 * Compares two versions by what they mean: references by their id, whatever name is shown with them; links are no
 * content; absent is null. Fields that `after` does not name are left alone.
 */
export function changedFields(before: RecordBody, after: RecordBody): Changes {
  const changes: Changes = { body: {}, sublists: [] };
  for (const [name, value] of Object.entries(after)) {
    if (name === "links" || name === "id" || value === undefined) continue;
    if (meaning(value) === meaning(before[name])) continue;
    changes.body[name] = value;
    if (typeof value === "object" && value !== null && Array.isArray((value as { items?: unknown }).items)) {
      changes.sublists.push(name);
    }
  }
  return changes;
}

/** A text that is equal for what means the same. */
function meaning(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null || value === "") return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object") return value;
  const given = value as Record<string, unknown>;
  if (Array.isArray(given.items)) return given.items.map(plain); // counts and paging around them are no content
  if (typeof given.id === "string" || typeof given.id === "number") {
    const isReference = Object.keys(given).every((key) => ["id", "links", "refName", "externalId"].includes(key));
    if (isReference) return { id: String(given.id) };
  }
  const fields = Object.entries(given).filter(([key, of]) => key !== "links" && plain(of) !== null);
  return Object.fromEntries(fields.sort(([a], [b]) => a < b ? -1 : 1).map(([key, of]) => [key, plain(of)]));
}
