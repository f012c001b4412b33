import { RowError } from "../errors.ts";
import { type DirtyMark, markDirty, salesDays } from "../marts/sales.ts";
import type { RecordPage } from "../sources/netsuite/read.ts";
import type { Store } from "../store/connect.ts";
import {
  type Applied,
  applyVersions,
  type Incoming,
  isSame,
  judge,
  type Origin,
  readStored,
  type Stored,
} from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import type { Misfit } from "../streams/custom.ts";
import { keyOf, shapeRow } from "../streams/shape.ts";
import { inSpan } from "../telemetry/spans.ts";
import { noteMisfits } from "./columns.ts";
import { digest } from "./digest.ts";
import { recordUnfit } from "./drift.ts";
import type { Counts } from "./ledger.ts";
import {
  appliedEdits,
  clearQuarantine,
  dropEdits,
  dropOutlivedEdits,
  newlyUnfit,
  quarantine,
  quarantineId,
  type RawRecord,
  type Refused,
} from "./quarantine.ts";
import { tooLarge } from "./too_large.ts";
import { checkHeld, type Work } from "./work.ts";

/** What a page became, and the keys that it held. */
export interface PageResult {
  counts: Omit<Counts, "deleted">;
  keys: Set<number | string>;
  /** Of a dry run: records that would be written. */
  changed: (number | string)[];
}

/**
 * Brings a page into the mirror in the name of a chunk; a dry run only counts.
 *
 * @param known what the mirror holds of these records, where the caller has read it already
 * @throws {LeaseLostError} when the chunk has passed to another worker while the page was on its way
 */
export function bringPage(
  work: Work,
  stream: Stream,
  page: RecordPage,
  known?: Map<number | string, Stored>,
): Promise<PageResult> {
  const { _id: runId, isDryRun: isDry } = work.run;
  return applyPage(work.store, stream, page, runId, known, { isDry, mayWrite: () => checkHeld(work) });
}

/**
 * Brings one page of a stream into the mirror: cleans its rows, writes those that differ, puts what fails into quarantine.
 * Doing it twice changes nothing.
 *
 * @param runId the run that is noted in what is written
 * @param known what the mirror holds of these records, where the caller has read it already
 * @param how `isDry`: only tell what would become of the page; `mayWrite` is asked right before the first write
 */
export async function applyPage(
  store: Store,
  stream: Stream,
  page: RecordPage,
  runId: number,
  known?: Map<number | string, Stored>,
  { isDry = false, mayWrite }: { isDry?: boolean; mayWrite?: () => Promise<void> } = {},
): Promise<PageResult> {
  const origin = { runId, syncedAt: page.askedAt };
  const cleaned = withoutTwins(page.rows.map((row) => cleanRow(stream, row, origin)), page.rows);
  const well = cleaned.filter(isWell);
  const ill = cleaned.filter((row): row is Refused => !isWell(row));
  const edits = await appliedEdits(store, stream.name, ill);
  const incoming = [...well], refused: Refused[] = [];
  for (const row of ill) {
    const edit = edits.get(quarantineId(stream.name, row));
    const mended = edit ? cleanRow(stream, edit, origin) : row;
    if (isWell(mended)) incoming.push(mended);
    else refused.push(row);
  }
  const keys = new Set([...incoming.map(({ key }) => key), ...refused.flatMap(({ key }) => key === null ? [] : [key])]);
  const stored = known ?? await readStored(store, stream.name, [...keys]);
  const seen = { read: page.rows.length, quarantined: refused.length };
  if (isDry) {
    const { writes, ...judged } = judge(incoming, stored);
    return { counts: { ...seen, ...judged, written: writes.length }, keys, changed: writes.map(({ key }) => key) };
  }
  await mayWrite?.();
  const kept = incoming.filter(({ key, misfits, origin }) => {
    const old = stored.get(key);
    return misfits.length > 0 && !(old && isSame(old, origin));
  });
  const unfit = [...kept.flatMap((row) => row.misfits), ...await newlyUnfit(store, stream.name, refused)];
  await recordUnfit(store, unfit, page.askedAt); // before the rows: who takes the page up again takes them for known
  const applied = await writeVersions(store, stream, incoming, stored);
  const misfits = incoming.flatMap((row) => row.misfits);
  if (misfits.length > 0) await noteMisfits(store, misfits, page.askedAt);
  await clearQuarantine(store, stream.name, incoming.map(({ key }) => key));
  await dropEdits(store, stream.name, well.map(({ key }) => key));
  await dropOutlivedEdits(store, stream.name, refused);
  await quarantine(store, stream.name, refused, stored, { runId, at: page.askedAt });
  return { counts: { ...seen, ...applied }, keys, changed: [] };
}

/** A row that may be written, with the values of custom fields that are kept as text since they do not fit. */
export type Cleaned = Incoming & { misfits: Misfit[] };

/** Cleans one row: what is to be written of it, or why it cannot be. */
export function cleanRow(
  stream: Stream,
  row: RawRecord,
  origin: Pick<Origin, "runId" | "syncedAt">,
): Cleaned | Refused {
  const { raw, children } = row;
  try {
    const { key, modifiedAt, content, misfits } = shapeRow(stream, raw, children);
    const why = tooLarge(stream, row, content);
    if (why) return { key, raw, children, reasons: [why], unfit: [] };
    return { key, content, origin: { modifiedAt, hash: digest(content), ...origin }, misfits };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return { key: keyOrNull(stream, raw), raw, children, reasons: error.reasons, unfit: error.unfit };
  }
}

/**
 * Refuses rows that share a key, each of them: which one is meant cannot be told, and writing the last would hide the others.
 *
 * @param rows as they were read, in the order of what was made of them
 */
function withoutTwins(cleaned: (Cleaned | Refused)[], rows: readonly RawRecord[]): (Cleaned | Refused)[] {
  const times = new Map<number | string, number>(), met = new Map<number | string, number>();
  for (const { key } of cleaned) if (key !== null) times.set(key, (times.get(key) ?? 0) + 1);
  if (times.size === cleaned.length) return cleaned;
  return cleaned.map((row, n) => {
    const { key } = row, of = key === null ? 1 : times.get(key)!;
    if (key === null || of === 1) return row;
    const twin = (met.get(key) ?? 0) + 1;
    met.set(key, twin);
    const { raw, children } = rows[n]!;
    const reasons = [
      `key "${key}" is given to ${of} rows, and must be given to one`,
      ...isWell(row) ? [] : row.reasons,
    ];
    const unfit = isWell(row) ? [] : row.unfit;
    return { key, raw, children, reasons, unfit, ...(twin > 1 ? { twin } : {}) };
  });
}

/** Whether a row came out of {@link cleanRow} clean. */
export function isWell(row: Cleaned | Refused): row is Cleaned {
  return "content" in row;
}

/** Writes versions that differ from what is stored, with the days whose totals they change marked before. */
export async function writeVersions(
  store: Store,
  stream: Stream,
  incoming: Incoming[],
  stored: Map<number | string, Stored>,
): Promise<Applied> {
  const mark = await markDays(store, stream, incoming, stored);
  try {
    return await inSpan(
      "tidemark.write",
      { "tidemark.stream": stream.name, "tidemark.rows": incoming.length },
      async (span) => {
        const applied = await applyVersions(store, stream.name, incoming, stored);
        span.setAttributes({ "tidemark.written": applied.written, "tidemark.stale": applied.stale });
        return applied;
      },
    );
  } finally {
    await mark?.written();
  }
}

/** Says which days' totals may change, before the documents do: a crash in between then loses nothing. */
export function markDays(
  store: Store,
  stream: Stream,
  incoming: Incoming[],
  stored: Map<number | string, Stored>,
): Promise<DirtyMark> | null {
  if (stream.name !== "transactions") return null;
  const days = new Set<string>();
  for (const { key, content, origin } of incoming) {
    const old = stored.get(key);
    if (old && isSame(old, origin)) continue;
    for (const day of [...salesDays(old), ...salesDays(content)]) days.add(day);
  }
  return days.size > 0 ? markDirty(store, days) : null;
}

function keyOrNull(stream: Stream, raw: Parameters<typeof keyOf>[1]): number | string | null {
  try {
    return keyOf(stream, raw);
  } catch {
    return null; // a row without a readable key is kept in quarantine under its own digest
  }
}
