import assert from "node:assert/strict";
import type { Document } from "mongodb";
import type { Store } from "../../lib/store/connect.ts";
import { type Expected, expectedMirror, type ReadTable } from "./expected.ts";

/** What {@link assertLevel} compared. */
export interface Compared {
  documents: number;
  values: number;
}

/**
 * Fails unless every stream's collection equals the source's tables, row by row and value by value: no document missing,
 * none too many, none different in a single value, none with a field that nobody expects.
 *
 * @param only names of streams; all when absent
 */
export async function assertLevel(store: Store, read: ReadTable, only?: readonly string[]): Promise<Compared> {
  const compared: Compared = { documents: 0, values: 0 };
  for (const [stream, expected] of await expectedMirror(read)) {
    if (only && !only.includes(stream)) continue;
    const seen = new Set<number | string>();
    for await (const document of store.collection<Document>(stream).find({ deletedAt: { $exists: false } })) {
      const { _id, source, ...content } = document;
      const key = _id as unknown as number | string;
      const want = expected.get(key);
      assert.ok(want, `${stream} ${key} is in the mirror but not in the source`);
      const have = { ...withoutTexts(content), modifiedAt: source.modifiedAt };
      if (!isEqual(have, want)) assert.deepStrictEqual(have, want, `${stream} ${key} differs`);
      seen.add(key);
      compared.documents++;
      compared.values += countValues(have);
    }
    const missing = [...expected.keys()].filter((key) => !seen.has(key));
    assert.equal(
      missing.length,
      0,
      `${missing.length} of ${expected.size} ${stream} are missing, e.g. ${missing.slice(0, 5)}`,
    );
  }
  return compared;
}

/** Keys of the documents in which two states of the source differ, as `stream/key`. */
export function differences(before: Mirror, after: Mirror): { changed: Set<string>; gone: Set<string> } {
  const changed = new Set<string>(), gone = new Set<string>();
  for (const [stream, now] of after) {
    const old = before.get(stream)!;
    for (const [key, document] of now) {
      const was = old.get(key);
      if (!was || !isEqual(was, document)) changed.add(`${stream}/${key}`);
    }
    for (const key of old.keys()) if (!now.has(key)) gone.add(`${stream}/${key}`);
  }
  return { changed, gone };
}

type Mirror = Awaited<ReturnType<typeof expectedMirror>>;

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && +a === +b;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => key in b && isEqual((a as Expected)[key], (b as Expected)[key]));
}

/** Text kept beside a number that could not hold it is no value of its own. */
function withoutTexts(content: Document): Document {
  return Object.fromEntries(
    Object.entries(content).filter(([field]) => !field.endsWith("Text"))
      .map(([field, value]) => [field, Array.isArray(value) ? value.map(withoutTexts) : value]),
  );
}

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null || value instanceof Date) return 1;
  return Object.values(value).reduce<number>((sum, part) => sum + countValues(part), 0);
}
