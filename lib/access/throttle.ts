import type { Store } from "../store/connect.ts";
import { isDuplicate } from "../store/duplicate.ts";

/** How often something may be tried. */
export interface Limit {
  most: number;
  windowMs: number;
}

/** Counts tries in the database, so that any number of processes share one limit. */
export interface Throttle {
  /**
   * Counts one try.
   *
   * @param key what is limited and for whom, e.g. `forgot:203.0.113.7`; the address is the trusted one of `callerAddress`
   * @returns null when it may go on, else after how many seconds the next one may
   */
  count(key: string, limit: Limit): Promise<number | null>;
  /** Begins anew: what was tried before no longer counts. */
  forget(key: string, limit: Limit): Promise<void>;
}

/**
 * Keeps its counts in `access_windows`, from which the database removes what has ended. A window begins with the first try,
 * so that no two windows meet in which twice as many would pass.
 */
export async function openThrottle(store: Store, now: () => Date): Promise<Throttle> {
  const windows = store.collection<{ _id: string; count: number; expiresAt: Date }>("access_windows");
  await windows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" });

  /** Begins a window, unless another try has begun one. Not by an upsert: of several at once some engines let all win. */
  async function begin(_id: string, at: Date, expiresAt: Date): Promise<void> {
    const ended = { _id, expiresAt: { $lte: at } };
    const { matchedCount } = await windows.updateOne(ended, { $set: { count: 0, expiresAt } });
    if (matchedCount > 0) return;
    await windows.insertOne({ _id, count: 0, expiresAt }).catch((error) => {
      if (!isDuplicate(error)) throw error;
    });
  }

  const idOf = (key: string, { windowMs }: Limit) => `${key}:${windowMs}`;

  return {
    async forget(key, limit) {
      await windows.deleteOne({ _id: idOf(key, limit) });
    },

    async count(key, limit) {
      const { most, windowMs } = limit;
      const at = now();
      const open = { _id: idOf(key, limit), expiresAt: { $gt: at } };
      const add = () => windows.findOneAndUpdate(open, { $inc: { count: 1 } }, { returnDocument: "after" });
      let counted = await add();
      if (counted === null) {
        await begin(open._id, at, new Date(at.getTime() + windowMs));
        counted = await add();
      }
      if (counted === null) return Math.ceil(windowMs / 1000); // removed in between: refusing is the safe side
      return counted.count <= most ? null : Math.max(1, Math.ceil((counted.expiresAt.getTime() - at.getTime()) / 1000));
    },
  };
}
