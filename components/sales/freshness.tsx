import type { SalesAsOf } from "../../lib/reports/sales_types.ts";
import type { Tide } from "../../lib/sync/views.ts";
import { age } from "../format.ts";
import { StaleLine } from "../Notice.tsx";
import { Stamp } from "../Stamp.tsx";

export interface FreshnessProps {
  asOf: SalesAsOf;
  /** The foot of the page says the same: one opinion on what is late. */
  tide: Tide;
  /** ISO time of the page. */
  now: string;
}

const isLate = (tide: Tide) => tide.state === "behind" || tide.state === "failing";

/** What the figures are as of, for the top bar. */
export function FreshnessStamp({ asOf, tide, now }: FreshnessProps) {
  return <Stamp watermark={asOf.watermark} now={now} late={isLate(tide)} />;
}

/** The line that says how old the figures are; nothing while the mirror keeps up, or was never filled. */
export function staleLine({ asOf, tide, now }: FreshnessProps) {
  if (!isLate(tide) || asOf.watermark === null) return undefined;
  // "4 min behind" would be the age a second time
  const why = tide.state === "failing" ? `${tide.text}.` : "NetSuite may have newer ones.";
  return <StaleLine age={age(Date.parse(now) - Date.parse(asOf.watermark))}>{why}</StaleLine>;
}
