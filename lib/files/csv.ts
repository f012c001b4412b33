import type { Cell, Sheet } from "./cells.ts";

/** Rows that are written at once. */
const BATCH = 500;

/**
 * Writes rows as CSV (RFC 4180): comma, CRLF, quotes where needed; begins with the UTF-8 mark, by which Excel knows the
 * encoding.
 *
 * Text that begins with `=`, `+`, `-`, `@`, a tab or a return gets an apostrophe in front: a spreadsheet would run it as a
 * formula, and names come from people outside (OWASP, "CSV Injection"). So does what follows a semicolon, a tab or a line
 * break: where a spreadsheet cuts cells at semicolons, as in much of Europe, quotes inside of a cell hold nothing together.
 * Numbers are ours and stay numbers.
 */
export function writeCsv(rows: Iterable<Cell[]>): string {
  let out = "\ufeff";
  for (const row of rows) out += row.map(writeCell).join(",") + "\r\n";
  return out;
}

/** Writes a sheet as CSV, as {@link writeCsv} does, row by row as they are read. */
export function csvStream({ head, rows, total }: Sheet): ReadableStream<Uint8Array<ArrayBuffer>> {
  async function* lines() {
    yield writeCsv([head]);
    let batch: Cell[][] = [];
    for await (const row of rows) {
      if (batch.push(row) < BATCH) continue;
      yield writeCsv(batch).slice(1); // the mark of the encoding stands once, at the beginning
      batch = [];
    }
    yield writeCsv(total ? [...batch, total()] : batch).slice(1);
  }
  return ReadableStream.from(lines()).pipeThrough(new TextEncoderStream());
}

function writeCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  if (typeof cell === "object") return "exact" in cell ? cell.exact : "day" in cell ? cell.day : String(cell.share);
  const begun = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  const safe = begun.replace(/([;\t\r\n][\s"]*)(?=[=+\-@])/g, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
