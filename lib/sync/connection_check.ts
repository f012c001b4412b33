import type { Clock } from "../clock.ts";
import { checkConnection, type CheckReport } from "../sources/netsuite/check.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import type { Stream } from "../streams/define.ts";
import type { Notices } from "./notices.ts";

export type { CheckLine, CheckReport } from "../sources/netsuite/check.ts";

/** A report this young is shown again: whoever asks twice must not cost NetSuite twice. */
const FRESH_MS = 5_000;

/**
 * Makes the connection check: one at a time, however many people ask. What it finds missing becomes a notice, and what is
 * there again is asked for again at once.
 */
export function makeCheck(
  parts: { netsuite: NetSuite; notices: Notices; streams: readonly Stream[]; clock: Clock; zone: string },
): () => Promise<CheckReport> {
  let last: { at: number; report: CheckReport } | null = null;
  let running: Promise<CheckReport> | null = null;

  async function check(): Promise<CheckReport> {
    const { report, tables, gaps } = await checkConnection(parts.netsuite, parts);
    if (tables.length > 0) await parts.notices.reconcile(tables, gaps);
    last = { at: +parts.clock.now(), report };
    return report;
  }

  return () => {
    if (last && +parts.clock.now() - last.at < FRESH_MS) return Promise.resolve(last.report);
    running ??= check().finally(() => running = null);
    return running;
  };
}
