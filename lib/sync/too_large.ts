import { BSON, type Document } from "mongodb";
import type { Stream } from "../streams/define.ts";
import type { RawRow } from "../streams/shape.ts";
import type { RawRecord } from "./quarantine.ts";

/** MongoDB takes 16 MiB of one document; the rest is for what stands beside the content. */
const MOST_BYTES = 16_000_000;
/** What a field costs beside its value, at most: its name and type. */
const FIELD_BYTES = 64;
/** Of a value that does not fit, so much is kept to know it by, in characters. */
const KEPT_CHARACTERS = 1_000;

/**
 * Why a record cannot be a document: it is too large. One such record must not keep the others of its page from being
 * written. Null for all that fit; only what may be near the limit is measured.
 */
export function tooLarge(stream: Stream, { raw, children }: RawRecord, content: Document): string | null {
  const fields = Object.keys(stream.columns).length +
    Object.keys(stream.children?.columns ?? {}).length * children.length;
  if (fields * FIELD_BYTES + bytesAtMost({ raw, children }) < MOST_BYTES) return null;
  const bytes = BSON.calculateObjectSize(content);
  if (bytes < MOST_BYTES) return null;
  return `the record has ${(bytes / 1e6).toFixed(0)} MB, and must have less than ${MOST_BYTES / 1e6}`;
}

/**
 * A refused record as quarantine can keep it: whole, or where that would be too large, with its long values and then its
 * lines cut short. What was cut is there to be looked at, and never taken for the record.
 */
export function keepable(record: RawRecord): RawRecord & { isCut?: true } {
  if (bytesAtMost(record) < MOST_BYTES) return record;
  const raw = shortened(record.raw), children: RawRow[] = [];
  let bytes = bytesOf(raw);
  for (const child of record.children) {
    const short = shortened(child);
    bytes += bytesOf(short);
    if (bytes > MOST_BYTES / 2) break;
    children.push(short);
  }
  return { raw, children, isCut: true };
}

function shortened(row: RawRow): RawRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value !== undefined && value.length > KEPT_CHARACTERS
        ? `${value.slice(0, KEPT_CHARACTERS)}… (${value.length} characters)`
        : value,
    ]),
  );
}

function bytesAtMost({ raw, children }: RawRecord): number {
  return children.reduce((all, child) => all + bytesOf(child), bytesOf(raw));
}

/** No less than the row takes: a character of text is three bytes at most. */
function bytesOf(row: RawRow): number {
  let bytes = 0;
  for (const name in row) bytes += FIELD_BYTES + (row[name]?.length ?? 0) * 3;
  return bytes;
}
