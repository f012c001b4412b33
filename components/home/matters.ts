import type { SyncStatus } from "../../lib/sync/views.ts";
import { age, counted, listed } from "../format.ts";
import { isOpen, kindName } from "../sync/progress.ts";

/** One thing that a person should look at, with where to do so. */
export interface Matter {
  tone: "wrong" | "attention" | "note";
  title: string;
  text: string;
  href: string;
  place: string;
}

/** A lag from here on is worth a line. */
const LATE_MS = 15 * 60_000;

/**
 * What needs attention according to the sync, most urgent first. Empty when all is well.
 *
 * @param mayMend the person may open the quarantine
 */
export function matters(status: SyncStatus, mayMend = false): Matter[] {
  const found: Matter[] = [];
  const { connection, runs, streams } = status;
  if (connection.state === "failing") {
    found.push({
      tone: "wrong",
      title: "NetSuite is not connected",
      text: connection.message ?? "The last question had no answer.",
      href: "/sync",
      place: "Sync",
    });
  }
  const last = runs.find((run) => !isOpen(run));
  // a run that failed by what the connection fails by is no second thing
  const isSame = connection.state === "failing" && last?.error?.message === connection.message;
  if (last && !isSame && (last.status === "failed" || last.status === "incomplete")) {
    found.push({
      tone: last.status === "failed" ? "wrong" : "attention",
      title: `${kindName(last)} run ${last.id} ${last.status === "failed" ? "failed" : "is incomplete"}`,
      text: last.error?.message ?? "Its page says which chunks are missing.",
      href: `/sync/runs/${last.id}`,
      place: `Run ${last.id}`,
    });
  }
  const quarantined = streams.filter((stream) => stream.quarantined > 0);
  if (quarantined.length > 0) {
    const rows = quarantined.reduce((sum, stream) => sum + stream.quarantined, 0);
    found.push({
      tone: "attention",
      title: `${counted(rows, "row")} ${rows === 1 ? "is" : "are"} in quarantine`,
      text: `${listed(quarantined.map((stream) => stream.name))}: kept as read, not in any figure.`,
      ...(mayMend ? { href: "/sync/quarantine", place: "Quarantine" } : { href: "/sync", place: "Sync" }),
    });
  }
  const late = streams.filter((stream) => stream.lagMs !== null && stream.lagMs > LATE_MS);
  if (late.length > 0 && !isOpen(status.current)) {
    const worst = Math.max(...late.map((stream) => stream.lagMs ?? 0));
    found.push({
      tone: "attention",
      title: `${counted(late.length, "stream")} ${late.length === 1 ? "lags" : "lag"} behind NetSuite`,
      text: `${listed(late.map((stream) => stream.name))}. The oldest by ${age(worst)}.`,
      href: "/sync",
      place: "Sync",
    });
  }
  const unread = streams.filter((stream) => stream.lastRunId === null && stream.watermark === null);
  if (unread.length > 0 && !isOpen(status.current)) {
    const all = unread.length === streams.length;
    found.push({
      tone: "note",
      title: all ? "Nothing has been read from NetSuite yet" : `${counted(unread.length, "stream")} not read yet`,
      text: all
        ? "A full run fills the mirror."
        : `${listed(unread.map((stream) => stream.name))}: a full run reads them.`,
      href: "/sync",
      place: "Sync",
    });
  }
  return found;
}
