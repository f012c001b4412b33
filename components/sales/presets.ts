import { addDays, daysOfMonth, mondayOf, monthOf } from "../../lib/marts/days.ts";

/** A period that people ask for by name. */
export interface Preset {
  name: string;
  from: string;
  to: string;
}

/** The named periods as they are on a day. Weeks begin on Monday, quarters and years are the calendar's. */
export function presetsOf(today: string): Preset[] {
  const quarter = quarterStart(today);
  const month = daysOfMonth(monthOf(addDays(`${monthOf(today)}-01`, -1)));
  const year = Number(today.slice(0, 4));
  return [
    { name: "today", from: today, to: today },
    { name: "yesterday", from: addDays(today, -1), to: addDays(today, -1) },
    { name: "last 7 days", from: addDays(today, -6), to: today },
    { name: "last 28 days", from: addDays(today, -27), to: today },
    { name: "week to date", from: mondayOf(today), to: today },
    { name: "month to date", from: `${monthOf(today)}-01`, to: today },
    { name: "quarter to date", from: quarter, to: today },
    { name: "year to date", from: `${year}-01-01`, to: today },
    { name: "last month", from: month.from, to: month.to },
    { name: "last quarter", from: quarterStart(addDays(quarter, -1)), to: addDays(quarter, -1) },
    { name: "last year", from: `${year - 1}-01-01`, to: `${year - 1}-12-31` },
    { name: "last 3 years", from: addDays(`${year - 3}${today.slice(4)}`, 1), to: today },
  ];
}

/** What a period is called today, if it has a name. */
export function presetName(from: string, to: string, today: string): string | null {
  return presetsOf(today).find((preset) => preset.from === from && preset.to === to)?.name ?? null;
}

function quarterStart(day: string): string {
  const month = Number(day.slice(5, 7));
  return `${day.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, "0")}-01`;
}
