import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import { isDuplicate } from "../store/duplicate.ts";

/** After this time a lock whose holder died is free again, in milliseconds. Work under a lock takes some milliseconds. */
const HELD_MS = 10_000;
/** How long to wait for a lock, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * Does some work while no other process does work under the same name: for rules over several documents, such as "there is
 * always an admin", which two changes at once would break.
 *
 * @throws {AppError} `busy` when others held the lock all the time
 */
export async function underLock<T>(store: Store, name: string, work: () => Promise<T>): Promise<T> {
  const locks = store.collection<{ _id: string; holder: string | null; until: Date }>("access_locks");
  const holder = crypto.randomUUID();
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!await take()) {
    if (Date.now() > giveUpAt) {
      throw new AppError("Others are changing the same thing just now. Try again in a moment.", "busy", "retry");
    }
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
  }
  try {
    return await work();
  } finally {
    await locks.updateOne({ _id: name, holder }, { $set: { holder: null, until: new Date(0) } });
  }

  async function take(): Promise<boolean> {
    const now = Date.now();
    try {
      await locks.updateOne(
        { _id: name, until: { $lte: new Date(now) } },
        { $set: { holder, until: new Date(now + HELD_MS) } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false; // somebody holds it: its document did not match, so a second one was tried
      throw error;
    }
  }
}
