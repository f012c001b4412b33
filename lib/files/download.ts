import type { Sheet } from "./cells.ts";
import { csvStream } from "./csv.ts";
import { xlsxStream } from "./xlsx.ts";

/** Formats in which a table can be had, with their media types. */
export const FORMATS = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

/** A name of {@link FORMATS}. */
export type Format = keyof typeof FORMATS;

/**
 * Answers with a sheet as a file, sent as it is written.
 *
 * @param name of the file, without its ending; ASCII, of this program's making
 */
export function download(sheet: Sheet, format: Format, name: string): Response {
  return new Response(format === "csv" ? csvStream(sheet) : xlsxStream(sheet), {
    headers: {
      "content-type": FORMATS[format],
      "content-disposition": `attachment; filename="${name}.${format}"`,
      "cache-control": "no-store",
    },
  });
}
