import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";

const log = logOf("sync");

/**
 * Wake-ups through Deno KV: a message says "there is work", never what it is. The work itself stands in the ledger, so a
 * lost queue costs a second at most (each worker looks at the ledger every second anyway).
 */
export interface Queue {
  /** Wakes a worker for a run. */
  wake(runId: number): Promise<void>;
  /** Calls back for each wake-up. One listener a process: two would share the messages at random. */
  listen(onWake: () => void): void;
  /** Ends listening, then closes the file. */
  close(): Promise<void>;
}

/** For hosts without a KV queue: nobody is woken, work is found by looking. Opens nothing. */
export const NO_QUEUE: Queue = {
  wake: () => Promise.resolve(),
  listen: () => {},
  close: () => Promise.resolve(),
};

/**
 * Opens the KV queue.
 *
 * @param path file of the KV store, or `:memory:`
 */
export async function openQueue(path: string): Promise<Queue> {
  const kv = await Deno.openKv(path);
  let listening: Promise<void> | null = null;
  return {
    async wake(runId) {
      await kv.enqueue({ runId }, { backoffSchedule: [] });
    },
    listen(onWake) {
      listening ??= kv.listenQueue(() => onWake()).catch((error) => {
        // the file was damaged or taken away: work is still found, each second
        log.warning("The queue has gone; work is found by looking", { error: messageOf(error) });
      });
    },
    async close() {
      kv.close();
      await listening;
    },
  };
}
