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
}

/** Keeps its counts in `access_windows`, from which the database removes what has ended. */
export async function openThrottle(store: Store, now: () => Date): Promise<Throttle> {
  const windows = store.collection<{ _id: string; count: number; expiresAt: Date }>("access_windows");
  await windows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" });
  return {
    async count(key, { most, windowMs }) {
      const at = now().getTime();
      const window = Math.floor(at / windowMs);
      const _id = `${key}:${windowMs}:${window}`;
      const add = async () =>
        (await windows.findOneAndUpdate({ _id }, { $inc: { count: 1 } }, { returnDocument: "after" }))?.count ?? null;
      let counted = await add();
      if (counted === null) {
        // not by an upsert: of several at once, some engines give all of them the first count back
        await windows.insertOne({ _id, count: 0, expiresAt: new Date((window + 2) * windowMs) }).catch((error) => {
          if (!isDuplicate(error)) throw error;
        });
        counted = await add();
      }
      return (counted ?? Infinity) <= most ? null : Math.max(1, Math.ceil(((window + 1) * windowMs - at) / 1000));
    },
  };
}
