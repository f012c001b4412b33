import type { MartView } from "../../../lib/sync/views.ts";
import type { BadgeState } from "../../Badge.tsx";
import { counted, progress } from "../../format.ts";

/** How far a rebuild is, 0 to 1; null where none is under way. Never 1: then it is over. */
export function martShare({ rebuild }: MartView): number | null {
  if (rebuild === null) return null;
  return rebuild.total === null || rebuild.done === null ? 0 : Math.min(.99, rebuild.done / Math.max(1, rebuild.total));
}

/** Where a mart stands, for its badge. */
export function martWords(mart: MartView): { state: BadgeState; text: string } {
  const share = martShare(mart);
  if (share !== null) return { state: "progress", text: `Rebuilding, ${progress(share)}` };
  if (mart.isAllDirty) return { state: "due", text: "All days to recount" };
  if (mart.dirty > 0) return { state: "due", text: `${counted(mart.dirty, "day")} to recount` };
  if (mart.settledAt === null) return { state: "waiting", text: "Nothing counted yet" };
  return { state: "good", text: "No day waits" };
}

/** True while figures change by themselves. */
export function isCounting(marts: readonly MartView[]): boolean {
  return marts.some(({ rebuild, dirty, isAllDirty }) => rebuild !== null || dirty > 0 || isAllDirty);
}
