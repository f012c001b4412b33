import type { Store } from "../store/connect.ts";
import type { Stored } from "../store/upsert.ts";
import type { RawRow } from "../streams/shape.ts";
import { digest } from "./digest.ts";

/** A row that its stream cannot take. */
export interface Refused {
  /** Null when even the key cannot be read. */
  key: number | string | null;
  raw: RawRow;
  children: RawRow[];
  reasons: string[];
}

/** `quarantine`: a refused row, kept raw until the row or the rule is mended. */
export interface QuarantineDocument {
  _id: string;
  stream: string;
  key: number | string | null;
  raw: RawRow;
  children: RawRow[];
  reasons: string[];
  firstSeenAt: Date;
  lastSeenAt: Date;
  times: number;
  runId: number;
  /** Whether the mirror has an (older) document of the record: it then is not missing from the mirror. */
  isMirrored: boolean;
}

/** Keeps refused rows, once each, with how often they were seen. */
export async function quarantine(
  store: Store,
  stream: string,
  refused: Refused[],
  stored: Map<number | string, Stored>,
  seen: { runId: number; at: Date },
): Promise<void> {
  if (refused.length === 0) return;
  await of(store).bulkWrite(
    refused.map(({ key, raw, children, reasons }) => {
      const old = key === null ? undefined : stored.get(key);
      const isMirrored = old !== undefined && !old.deletedAt;
      return {
        updateOne: {
          filter: { _id: `${stream}/${key ?? digest(raw)}` },
          update: {
            $set: { stream, key, raw, children, reasons, lastSeenAt: seen.at, runId: seen.runId, isMirrored },
            $setOnInsert: { firstSeenAt: seen.at },
            $inc: { times: 1 },
          },
          upsert: true,
        },
      };
    }),
    { ordered: false },
  );
}

/** Lets go of rows that are well again. */
export async function clearQuarantine(store: Store, stream: string, keys: (number | string)[]): Promise<void> {
  if (keys.length === 0 || !await of(store).findOne({ stream }, { projection: { _id: 1 } })) return;
  await of(store).deleteMany({ _id: { $in: keys.map((key) => `${stream}/${key}`) } });
}

/** How many rows of a stream are in quarantine, and how many of them the mirror has no document of. */
export async function countQuarantine(store: Store, stream: string): Promise<{ rows: number; unmirrored: number }> {
  const [rows, unmirrored] = await Promise.all([
    of(store).countDocuments({ stream }),
    of(store).countDocuments({ stream, isMirrored: false }),
  ]);
  return { rows, unmirrored };
}

function of(store: Store) {
  return store.collection<QuarantineDocument>("quarantine");
}
