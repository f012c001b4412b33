/**
 * Comma-separated values as the source files have them: quoted cells may hold commas, doubled quotes and line ends.
 * Own code, since the loader wants plain arrays and most of its 100,000 lines have no quote at all.
 */

/**
 * Reads a whole CSV text.
 *
 * @param text the file's text, with a header line; a byte order mark and CRLF are accepted
 * @returns the header's names, and one array of cells a line, each as long as the header
 * @throws {SyntaxError} on a line that has more or fewer cells than the header
 */
export function parseCsv(text: string): { header: string[]; rows: string[][] } {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const rows: string[][] = [];
  let at = 0;
  let quote = -1; // the next quote at or after `at`, looked for once, not once a line
  while (at < clean.length) {
    let end = clean.indexOf("\n", at);
    if (end < 0) end = clean.length;
    if (quote < at) quote = endIfNone(clean.indexOf('"', at));
    if (quote < end) {
      const read = readQuotedLine(clean, at);
      rows.push(read.cells);
      at = read.next;
    } else {
      const line = clean.slice(at, clean[end - 1] === "\r" ? end - 1 : end);
      if (line) rows.push(line.split(","));
      at = end + 1;
    }
  }
  const header = rows.shift() ?? [];
  for (const row of rows) {
    if (row.length !== header.length) {
      throw new SyntaxError(
        `Cannot read CSV line "${row.join(",")}": ${row.length} cells, the header has ${header.length}`,
      );
    }
  }
  return { header, rows };
}

function endIfNone(position: number): number {
  return position < 0 ? Infinity : position;
}

/** Reads one line that holds at least one quote, character by character. */
function readQuotedLine(text: string, start: number): { cells: string[]; next: number } {
  const cells: string[] = [];
  let cell = "", quoted = false, at = start;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ",") {
      cells.push(cell);
      cell = "";
    } else if (char === "\n") break;
    else if (char !== "\r") cell += char;
  }
  cells.push(cell);
  return { cells, next: at + 1 };
}

/** Writes rows as CSV with `\n` line ends, quoting only the cells that need it, so that equal rows give equal bytes. */
export function formatCsv(header: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    cells.map((cell) => /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell).join(",") + "\n";
  return line(header) + rows.map(line).join("");
}
