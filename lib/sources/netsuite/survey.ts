import type { Stream } from "../../streams/define.ts";
import { MissingError } from "./answers.ts";
import { count, leavingOut, oneOf, type Reader } from "./ask.ts";
import { keyIn, type Ordered, ordered } from "./ordered.ts";
import {
  countStatement,
  DELETED,
  deletedStatement,
  existStatement,
  extentStatement,
  histogramStatement,
  type Key,
  type Window,
} from "./suiteql.ts";

/** A record that NetSuite says is deleted. */
export interface DeletedRecord {
  recordId: string;
  type: string;
  deletedAt: Date;
}

/** How many rows there are, and between which values of the first key column. */
export interface Extent {
  rows: number;
  min: number;
  max: number;
}

/** Which of these values of the first key column still exist; answers whole keys, joined by `-` where there are several. */
export async function existing(reader: Reader, stream: Stream, values: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < values.length; at += 500) {
    const some = values.slice(at, at + 500);
    let after: Key | null = null;
    do {
      const page: Ordered = await ordered(
        reader,
        existStatement(stream, some, after),
        `which ${stream.name} exist`,
        after,
      );
      for (const row of page.rows) found.add(keyIn(stream, row).join("-"));
      after = page.isLast ? null : keyIn(stream, page.rows.at(-1)!);
    } while (after);
  }
  return found;
}

/** How many rows a stream has, and where its keys begin and end. */
export async function extentOf(reader: Reader, stream: Stream, window: Window): Promise<Extent | null> {
  return await leavingOut(reader, stream, stream.key, async (reader) => {
    const row = await oneOf(reader, extentStatement(stream, window, reader.gaps), `how many ${stream.name} there are`);
    const rows = count(row.tm_rows, stream.name);
    return rows === 0 ? null : { rows, min: Number(row.tm_min), max: Number(row.tm_max) };
  });
}

/** Rows per bucket of `width` keys, ascending; empty buckets are left out. */
export async function histogramOf(
  reader: Reader,
  stream: Stream,
  window: Window,
  width: number,
): Promise<{ bucket: number; rows: number }[]> {
  const asked = `how the keys of ${stream.name} are spread`;
  const buckets: { bucket: number; rows: number }[] = [];
  let from: number | null = null;
  do {
    const after: Key | null = from === null ? null : [String(from - 1)];
    const page: Ordered = await ordered(
      reader,
      histogramStatement(stream, window, width, from, reader.gaps),
      asked,
      after,
    );
    buckets.push(...page.rows.map((row) => ({ bucket: Number(row.tm_bucket), rows: count(row.tm_rows, asked) })));
    from = page.isLast ? null : buckets.at(-1)!.bucket + 1;
  } while (from !== null);
  return buckets;
}

/** Rows of a stream in all, and those changed at or after `since`. */
export async function countOf(reader: Reader, stream: Stream, since: Date): Promise<{ rows: number; later: number }> {
  return await leavingOut(reader, stream, stream.key, async (reader) => {
    const row = await oneOf(reader, countStatement(stream, since, reader.gaps), `how many ${stream.name} there are`);
    return { rows: count(row.tm_rows, stream.name), later: Number(row.tm_later ?? 0) };
  });
}

/** The deleted records of a window, oldest first, all pages. None where the role may not see them: that is a gap then. */
export async function* deletedIn(reader: Reader, window: { from: Date; to: Date }): AsyncGenerator<DeletedRecord[]> {
  let after: { at: string; type: string; id: string } | null = null;
  while (true) {
    const from: Key | null = after && [after.at, after.id, after.type];
    let page: Ordered;
    try {
      page = await ordered(reader, deletedStatement(window, after), "deleted records", from);
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      return await reader.gaps.add({ table: DELETED, column: null }, error.message);
    }
    const rows = page.rows.map((row) => ({ recordId: row.recordid!, type: row.type ?? "", at: row.deleted! }));
    if (rows.length > 0) {
      yield rows.map(({ recordId, type, at }) => ({ recordId, type, deletedAt: new Date(at.replace(" ", "T") + "Z") }));
    }
    const last = rows.at(-1);
    if (!last || page.isLast) return;
    after = { at: last.at, type: last.type, id: last.recordId };
  }
}
