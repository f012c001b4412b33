/** A cell. Text is guarded against being run as a formula; numbers and `exact` decimals are written as they are; null is empty. */
export type CsvCell = string | number | { exact: string } | null;

/**
 * Writes rows as CSV (RFC 4180): comma, CRLF, quotes where needed; begins with the UTF-8 mark, by which Excel knows the
 * encoding.
 *
 * Text that begins with `=`, `+`, `-`, `@`, a tab or a return gets an apostrophe in front: a spreadsheet would run it as a
 * formula, and names come from people outside (OWASP, "CSV Injection"). So does what follows a semicolon, a tab or a line
 * break: where a spreadsheet cuts cells at semicolons, as in much of Europe, quotes inside of a cell hold nothing together.
 * Numbers are ours and stay numbers.
 */
export function writeCsv(rows: Iterable<CsvCell[]>): string {
  let out = "\ufeff";
  for (const row of rows) out += row.map(writeCell).join(",") + "\r\n";
  return out;
}

/** Minor units as an exact decimal: 123456 with precision 2 is `1234.56`. */
export function decimalOf(minor: number | null, precision: number): CsvCell {
  if (minor === null) return null;
  const digits = String(Math.abs(minor)).padStart(precision + 1, "0");
  const cut = digits.length - precision;
  return { exact: `${minor < 0 ? "-" : ""}${digits.slice(0, cut)}${precision > 0 ? `.${digits.slice(cut)}` : ""}` };
}

function writeCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  if (typeof cell === "object") return cell.exact;
  const begun = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  const safe = begun.replace(/([;\t\r\n][\s"]*)(?=[=+\-@])/g, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
