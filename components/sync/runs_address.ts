import type { RunsQuery } from "../../lib/sync/mod.ts";
import type { RunView } from "../../lib/sync/views.ts";

/** Which runs the list shows, as its address has it. */
export type RunsAddress = Pick<RunsQuery, "before" | "kind" | "status" | "by">;

/** Kinds and outcomes that can be asked for, with their words. */
export const RUN_KINDS: Record<RunView["kind"], string> = {
  incremental: "Incremental",
  full: "Full",
  proof: "Proof",
  backfill: "Backfill",
};
export const RUN_OUTCOMES: Record<RunView["status"], string> = {
  complete: "Complete",
  incomplete: "Incomplete",
  failed: "Failed",
  cancelled: "Cancelled",
  running: "Running",
  paused: "Paused",
  queued: "Waiting",
};

/** Reads the address; what is not known is not asked for. */
export function readRunsAddress(search: URLSearchParams): RunsAddress {
  const kind = search.get("kind") ?? "", status = search.get("outcome") ?? "", by = search.get("by")?.trim() ?? "";
  const before = Number(search.get("before"));
  return {
    ...(Object.hasOwn(RUN_KINDS, kind) ? { kind: kind as RunView["kind"] } : {}),
    ...(Object.hasOwn(RUN_OUTCOMES, status) ? { status: status as RunView["status"] } : {}),
    ...(by === "" ? {} : { by: by.slice(0, 200) }),
    ...(Number.isSafeInteger(before) && before > 0 ? { before } : {}),
  };
}

/** The list's address with these filters. */
export function runsHref({ before, kind, status, by }: RunsAddress): string {
  const query = new URLSearchParams();
  if (kind) query.set("kind", kind);
  if (status) query.set("outcome", status);
  if (by) query.set("by", by);
  if (before) query.set("before", `${before}`);
  return `/sync/runs${query.size > 0 ? `?${query}` : ""}`;
}
