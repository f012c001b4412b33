import type { SalesFigure, SalesReport } from "../../lib/reports/sales_types.ts";
import type { RunView, SyncStatus } from "../../lib/sync/views.ts";
import { change, count, counted, dayRange, duration, moment, money } from "../format.ts";
import type { StatTileProps } from "../StatTile.tsx";
import { isOpen, kindName } from "../sync/progress.ts";

/** What the runs of a day did. */
export interface DayOfRuns {
  runs: number;
  written: number;
  deleted: number;
  /** Written in each hour that has begun, the first hour first. */
  byHour: number[];
}

/**
 * Adds up the runs that started at or after `since`.
 *
 * @param since ISO time, the day's midnight
 * @param now ISO time
 */
export function addRuns(runs: RunView[], since: string, now: string): DayOfRuns {
  const day = runs.filter((run) => (run.startedAt ?? run.createdAt) >= since);
  const sum = (of: (run: RunView) => number) => day.reduce((total, run) => total + of(run), 0);
  const hourOf = (time: string) => Math.floor((Date.parse(time) - Date.parse(since)) / 3_600_000);
  const byHour = Array.from({ length: Math.max(0, hourOf(now)) + 1 }, () => 0);
  for (const run of day) {
    const hour = hourOf(run.startedAt ?? run.createdAt);
    if (byHour[hour] !== undefined) byHour[hour] += run.written;
  }
  return { runs: day.length, written: sum((run) => run.written), deleted: sum((run) => run.deleted), byHour };
}

/** The sync's tiles: what the mirror holds, how the last run went, what today brought. */
export function syncTiles(status: SyncStatus, today: DayOfRuns, zone: string): StatTileProps[] {
  const last = status.runs.find((run) => !isOpen(run)) ?? null;
  const tombstones = status.streams.reduce((sum, stream) => sum + stream.tombstones, 0);
  return [
    {
      label: "Documents",
      value: count(status.documents),
      note: tombstones > 0
        ? `${count(tombstones)} more deleted there`
        : `in ${counted(status.streams.length, "stream")}`,
      href: "/sync",
    },
    {
      label: "Written today",
      value: count(today.written),
      note: `${counted(today.runs, "run")}, ${count(today.deleted)} deleted`,
      spark: today.written > 0 ? today.byHour : undefined,
      href: "/sync/runs",
    },
    last === null ? { label: "Last run", value: null, note: "No run has ended yet", href: "/sync" } : {
      label: "Last run",
      value: duration(last.tookMs),
      note: `${kindName(last)}, ${last.status}, ${moment(last.endedAt ?? last.createdAt, status.now, false, zone)}`,
      href: `/sync/runs/${last.id}`,
    },
  ];
}

/** The Sales report's first figures, for the same period as the Sales page opens with. */
export function salesTiles(report: SalesReport | null, href: string): StatTileProps[] {
  if (report === null) {
    return [{ label: "Revenue booked", value: null, state: "failed" }, {
      label: "Orders",
      value: null,
      state: "failed",
    }];
  }
  const period = dayRange(report.period.from, report.period.through);
  const span = (Date.parse(report.period.through) - Date.parse(report.period.from)) / 86_400_000 + 1;
  const days = `last ${counted(Math.round(span), "day")}`;
  const code = report.currency?.code ?? null;
  if (code === null) {
    const why = report.asOf.state === "never" ? "Orders not read yet" : `No orders ${period}`;
    return [{ label: "Revenue booked", value: null, note: why, href }, {
      label: "Orders",
      value: null,
      note: why,
      href,
    }];
  }
  const tile = (label: string, figure: SalesFigure, write: (value: number) => string): StatTileProps => {
    const moved = figure.previous === null ? null : change(figure.value, figure.previous);
    return {
      label,
      value: figure.value === null ? null : write(figure.value),
      delta: moved && { ...moved, good: moved.direction === "flat" ? null : moved.direction === "up" },
      note: figure.previous === null ? period : `vs ${write(figure.previous)}`,
      spark: figure.spark,
      href,
    };
  };
  return [
    tile(`Revenue, ${days}`, report.tiles.revenue, (minor) => money(minor, code, false)),
    tile(`Orders, ${days}`, report.tiles.orders, count),
  ];
}
