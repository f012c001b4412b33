import type { RunView } from "../../lib/sync/views.ts";

const PAGE = 200;
const MOST_PAGES = 10; // one run a minute makes 1,440 a day

/**
 * Every run that was made at or after a time, newest first.
 *
 * @param sync whoever lists runs, at most 200 at once
 * @param since ISO time
 */
export async function runsSince(
  sync: { runs(query: { limit: number; before?: number }): Promise<RunView[]> },
  since: string,
): Promise<RunView[]> {
  const found: RunView[] = [];
  for (let i = 0; i < MOST_PAGES; i++) {
    const before = found.at(-1)?.id;
    const runs = await sync.runs({ limit: PAGE, ...(before === undefined ? {} : { before }) });
    found.push(...runs.filter((run) => run.createdAt >= since));
    if (runs.length < PAGE || runs.at(-1)!.createdAt < since) break;
  }
  return found;
}
