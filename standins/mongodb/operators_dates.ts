/** Expression operators on dates. */
import { parseDate } from "./conversions.ts";
import { addUnits, asInstant, asZone, difference, formatDate, partsAt, toInstant, truncate } from "./dates.ts";
import { fail } from "./errors.ts";
import { wholeNumber } from "./numbers.ts";
import { isNone, type Named, named, strict } from "./operator_kinds.ts";

const datePart = (name: string, get: (p: ReturnType<typeof partsAt>) => number, long = false): Named => ({
  fields: ["date", "timezone"],
  apply: ({ date, timezone }) => {
    if (isNone(date) || timezone === null) return null;
    const n = get(partsAt(asInstant(date, name), asZone(timezone)));
    return long ? BigInt(n) : n;
  },
});
const shift = (name: string, sign: 1 | -1): Named => ({
  fields: ["startDate", "unit", "amount", "timezone"],
  apply: ({ startDate, unit, amount, timezone }) => {
    if (isNone(startDate) || isNone(unit) || isNone(amount) || timezone === null) return null;
    const n = wholeNumber(amount) ?? fail(5166405, `${name} expects integer amount of time units`);
    return addUnits(asInstant(startDate, name), unit, sign * n, asZone(timezone));
  },
});

/** The operators by name. */
export const DATE_OPERATORS: Record<string, Named> = {
  $dateToString: named({
    fields: ["date", "format", "timezone", "onNull"],
    apply: ({ date, format, timezone, onNull }) => {
      if (isNone(date)) return onNull ?? null;
      if (format === null || timezone === null) return null;
      const zone = asZone(timezone),
        standard = "%Y-%m-%dT%H:%M:%S.%L" + (timezone === undefined || zone === "UTC" ? "Z" : "");
      return formatDate(
        asInstant(date, "$dateToString"),
        format === undefined ? standard : strict("$dateToString", format),
        zone,
      );
    },
  }),
  $dateFromString: named({
    fields: ["dateString", "timezone", "onNull", "onError"],
    apply: (a) => {
      if (isNone(a.dateString)) return a.onNull ?? null;
      try {
        const s = strict("$dateFromString", a.dateString), at = parseDate(s).getTime();
        return new Date(
          /(Z|UTC|GMT|[+-]\d\d:?\d\d)$/i.test(s) && s.length > 10 ? at : toInstant(at, asZone(a.timezone)),
        );
      } catch (error) {
        if ("onError" in a) return a.onError;
        throw error;
      }
    },
  }),
  $dateTrunc: named({
    fields: ["date", "unit", "binSize", "timezone", "startOfWeek"],
    apply: ({ date, unit, binSize, timezone, startOfWeek }) => {
      if (
        isNone(date) || isNone(unit) || binSize === null || timezone === null ||
        (unit === "week" && startOfWeek === null)
      ) return null;
      const bin = binSize === undefined ? 1 : wholeNumber(binSize) ?? 0;
      if (!(bin > 0)) fail(5439017, "$dateTrunc requires 'binSize' to be a positive whole number");
      return truncate(asInstant(date, "$dateTrunc"), unit, bin, asZone(timezone), startOfWeek);
    },
  }),
  $dateAdd: shift("$dateAdd", 1),
  $dateSubtract: shift("$dateSubtract", -1),
  $dateDiff: named({
    fields: ["startDate", "endDate", "unit", "timezone", "startOfWeek"],
    apply: ({ startDate, endDate, unit, timezone, startOfWeek }) => {
      if (
        isNone(startDate) || isNone(endDate) || isNone(unit) || timezone === null ||
        (unit === "week" && startOfWeek === null)
      ) return null;
      return BigInt(
        difference(
          asInstant(startDate, "$dateDiff"),
          asInstant(endDate, "$dateDiff"),
          unit,
          asZone(timezone),
          startOfWeek,
        ),
      );
    },
  }),
  $year: datePart("$year", (p) => p.year),
  $month: datePart("$month", (p) => p.month),
  $dayOfMonth: datePart("$dayOfMonth", (p) => p.day),
  $hour: datePart("$hour", (p) => p.hour),
  $minute: datePart("$minute", (p) => p.minute),
  $second: datePart("$second", (p) => p.second),
  $millisecond: datePart("$millisecond", (p) => p.millisecond),
  $dayOfWeek: datePart("$dayOfWeek", (p) => p.dayOfWeek),
  $dayOfYear: datePart("$dayOfYear", (p) => p.dayOfYear),
  $week: datePart("$week", (p) => p.week),
  $isoDayOfWeek: datePart("$isoDayOfWeek", (p) => p.isoDayOfWeek),
  $isoWeek: datePart("$isoWeek", (p) => p.isoWeek),
  $isoWeekYear: datePart("$isoWeekYear", (p) => p.isoYear, true),
};
