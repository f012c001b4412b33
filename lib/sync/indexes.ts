import type { IndexWish } from "../store/indexes.ts";
import type { Stream } from "../streams/define.ts";
import { ALERT_INDEXES } from "./alerts/indexes.ts";

const DAY_S = 86_400, HISTORY_DAYS = 400;

/** The indexes of the ledger. History is kept for 400 days: long enough to compare with the same week of last year. */
const LEDGER: IndexWish[] = [
  // a stream is in one run at a time, whoever asks: the database itself refuses the second
  { collection: "sync_runs", key: { active: 1 }, unique: true, sparse: true },
  // one run for a due time, of however many processes that saw it, and however often they die over it
  { collection: "sync_runs", key: { scheduledAs: 1 }, unique: true, sparse: true },
  { collection: "sync_runs", key: { endedAt: 1 }, expireAfterSeconds: HISTORY_DAYS * DAY_S },
  { collection: "sync_chunks", key: { runId: 1, status: 1, seq: 1 } },
  // a chunk has no end of its own: it goes by when it was to begin
  { collection: "sync_chunks", key: { notBefore: 1 }, expireAfterSeconds: HISTORY_DAYS * DAY_S },
  { collection: "sync_days", key: { at: 1 }, expireAfterSeconds: HISTORY_DAYS * DAY_S },
  { collection: "sync_minutes", key: { at: 1 }, expireAfterSeconds: 7 * DAY_S },
  { collection: "sync_samples", key: { runId: 1, at: 1 } },
  { collection: "sync_samples", key: { at: 1 }, expireAfterSeconds: 7 * DAY_S },
  { collection: "sync_proofs", key: { stream: 1, at: -1 } },
  { collection: "sync_proofs", key: { outcome: 1, stream: 1 } },
  { collection: "sync_proofs", key: { at: 1 }, expireAfterSeconds: HISTORY_DAYS * DAY_S },
  // one document a change by its `_id`, which is made of the change
  { collection: "sync_drift", key: { table: 1, at: -1 } },
  { collection: "sync_drift", key: { at: 1 }, expireAfterSeconds: HISTORY_DAYS * DAY_S },
  { collection: "quarantine", key: { stream: 1, lastSeenAt: 1 } },
  { collection: "quarantine", key: { kinds: 1 } },
  { collection: "quarantine_edits", key: { stream: 1, key: 1 } },
  { collection: "sync_replays", key: { startedAt: 1 }, expireAfterSeconds: HISTORY_DAYS * DAY_S },
];

/** Every index that the sync and its streams need. */
export function syncIndexes(streams: readonly Stream[]): IndexWish[] {
  return [
    ...LEDGER,
    ...ALERT_INDEXES,
    ...streams.flatMap((stream): IndexWish[] => [
      // sparse: only tombstones are in it, so counting them and leaving them out both stay cheap
      { collection: stream.name, key: { deletedAt: 1 }, sparse: true },
      ...stream.indexes.map((index) => ({ collection: stream.name, ...index })),
    ]),
  ];
}
