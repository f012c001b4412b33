import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import { isDuplicate } from "../store/duplicate.ts";

/** A holder that keeps a lock for so long has died, in milliseconds. Work under a lock takes some milliseconds. */
const HELD_MS = 10_000;
/** How long to wait for a lock, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * Does some work while no other process does work under the same name: for rules over several documents, such as "there is
 * always an admin", which two changes at once would break.
 *
 * Clocks of machines differ, so no time of another process is believed: a holder counts as dead when it is seen for
 * `heldMs` by who waits.
 *
 * @param times for tests: after how many milliseconds a holder counts as dead, and how long to wait in all
 * @throws {AppError} `busy` when others held the lock all the time
 */
export async function underLock<T>(
  store: Store,
  name: string,
  work: () => Promise<T>,
  { heldMs = HELD_MS, patienceMs = PATIENCE_MS }: { heldMs?: number; patienceMs?: number } = {},
): Promise<T> {
  const locks = store.collection<{ _id: string; holder: string | null }>("access_locks");
  const holder = crypto.randomUUID();
  const giveUpAt = performance.now() + patienceMs;
  let seen = { holder: "", since: 0 };
  while (!await take(null) && !await takeOver()) {
    if (performance.now() > giveUpAt) {
      throw new AppError("Others are changing the same thing just now. Try again in a moment.", "busy", "retry");
    }
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
  }
  try {
    return await work();
  } finally {
    await locks.updateOne({ _id: name, holder }, { $set: { holder: null } });
  }

  async function take(from: string | null): Promise<boolean> {
    try {
      const done = await locks.updateOne({ _id: name, holder: from }, { $set: { holder } }, { upsert: from === null });
      return done.matchedCount + done.upsertedCount > 0;
    } catch (error) {
      if (isDuplicate(error)) return false; // somebody holds it: its document did not match, so a second one was tried
      throw error;
    }
  }

  async function takeOver(): Promise<boolean> {
    const found = (await locks.findOne({ _id: name }))?.holder ?? "";
    if (found !== seen.holder) seen = { holder: found, since: performance.now() };
    return found !== "" && performance.now() - seen.since > heldMs && await take(found);
  }
}
