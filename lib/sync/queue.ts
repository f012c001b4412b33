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
      listening ??= kv.listenQueue(() => onWake());
    },
    async close() {
      kv.close();
      await listening;
    },
  };
}
