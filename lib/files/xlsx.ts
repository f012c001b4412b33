import { strToU8, Zip, ZipDeflate } from "fflate";
import type { Cell, Sheet } from "./cells.ts";

/** Rows of a workbook's sheet, head and total among them (ECMA-376, as Excel keeps it). */
export const MOST_SHEET_ROWS = 1_048_576;
/** Characters of a cell, as Excel keeps it: what is longer is cut, with a sign that it was. */
const MOST_CELL_LENGTH = 32_767;
/** Digits that Excel keeps of a number: more are written as text, so that none is lost. */
const MOST_DIGITS = 15;
/** Rows that are compressed at once. */
const BATCH = 500;
const PRECISIONS = [0, 1, 2, 3, 4] as const;

/**
 * Writes a sheet as a workbook of Office Open XML (ECMA-376), row by row as they are read: bold head that stays in view, a
 * filter over the rows, amounts and shares as numbers with their format. Text is kept as text, so that no name is a formula.
 *
 * @throws {RangeError} in the stream, beyond {@link MOST_SHEET_ROWS}
 */
export function xlsxStream(sheet: Sheet): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = sheetXml(sheet);
  const ready: Uint8Array<ArrayBuffer>[] = [];
  let failed: Error | null = null;
  const zip = new Zip((error, bytes) => error ? failed = error : ready.push(bytes as Uint8Array<ArrayBuffer>));
  const add = (name: string) => {
    const file = new ZipDeflate(name, { level: 4 });
    zip.add(file);
    return file;
  };
  for (const [name, text] of frame(sheet.name)) add(name).push(strToU8(text), true);
  const file = add("xl/worksheets/sheet1.xml");
  return new ReadableStream({
    async pull(out) {
      while (ready.length === 0) {
        const { value, done } = await parts.next();
        file.push(strToU8(done ? "" : value), done ?? false);
        if (done) zip.end();
        if (failed) throw failed;
        if (done) {
          for (const bytes of ready.splice(0)) out.enqueue(bytes);
          return out.close();
        }
      }
      for (const bytes of ready.splice(0)) out.enqueue(bytes);
    },
    cancel: async () => void await parts.return(undefined),
  });
}

/** The rows of the sheet, some hundred at a time. */
async function* sheetXml({ head, rows, total }: Sheet): AsyncGenerator<string, undefined> {
  const width = (text: string, n: number) =>
    `<col min="${n + 1}" max="${n + 1}" width="${n === 0 ? 36 : Math.max(12, text.length + 4)}" customWidth="1"/>`;
  yield `${HEADER}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
    `<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    `<cols>${head.map(width).join("")}</cols><sheetData>${rowXml(1, head, true)}`;
  let n = 1, text = "";
  for await (const row of rows) {
    if (++n > MOST_SHEET_ROWS - (total ? 1 : 0)) throw new RangeError(`A sheet holds ${MOST_SHEET_ROWS} rows at most`);
    text += rowXml(n, row, false);
    if (n % BATCH !== 0) continue;
    yield text;
    text = "";
  }
  // the total is no row to be sorted or filtered
  const filter = `<autoFilter ref="A1:${columnName(head.length - 1)}${n}"/>`;
  yield `${text}${total ? rowXml(n + 1, total(), true) : ""}</sheetData>${filter}</worksheet>`;
}

function rowXml(n: number, cells: Cell[], isBold: boolean): string {
  return `<row r="${n}">${cells.map((cell, at) => cellXml(`${columnName(at)}${n}`, cell, isBold)).join("")}</row>`;
}

function cellXml(ref: string, cell: Cell, isBold: boolean): string {
  if (cell === null) return "";
  const style = 2 * formatOf(cell) + Number(isBold);
  const number = numberOf(cell);
  if (number !== null) return `<c r="${ref}" s="${style}"><v>${number}</v></c>`;
  const text = typeof cell === "object" && "exact" in cell ? cell.exact : String(cell);
  return `<c r="${ref}" s="${Number(isBold)}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
}

/** What stands for a cell in numbers; null for text. */
function numberOf(cell: Exclude<Cell, null>): string | null {
  if (typeof cell === "string") return null;
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : null;
  if ("share" in cell) return String(cell.share);
  // days are counted from 1899-12-30: Excel keeps the leap day of 1900 that there never was
  if ("day" in cell) return String((Date.parse(cell.day) - Date.UTC(1899, 11, 30)) / 86_400_000);
  return cell.exact.replace(/\D/g, "").replace(/^0+/, "").length > MOST_DIGITS ? null : cell.exact;
}

/** Number of a cell's format, in the order of {@link FORMATS}. */
function formatOf(cell: Exclude<Cell, null>): number {
  if (typeof cell !== "object") return 0;
  if ("share" in cell) return 1;
  if ("day" in cell) return 2;
  const at = (PRECISIONS as readonly number[]).indexOf(cell.precision);
  return at < 0 ? 0 : 3 + at;
}

const FORMATS = [
  "General",
  "0.0%",
  "yyyy-mm-dd",
  ...PRECISIONS.map((p) => p === 0 ? "#,##0" : `#,##0.${"0".repeat(p)}`),
];

/** Text as XML 1.0 can hold it. What it cannot is written as `_x0007_`, and text that looks like that is kept apart from it. */
function xmlText(text: string): string {
  const cut = text.length > MOST_CELL_LENGTH ? `${text.slice(0, MOST_CELL_LENGTH - 1)}…` : text;
  return cut.toWellFormed()
    .replace(/\r\n?/g, "\n") // as a workbook breaks lines
    .replace(/_(?=x[0-9a-f]{4}_)/gi, "_x005F_")
    .replace(
      /(?![\t\n])[\p{Cc}\ufffe\uffff]/gu,
      (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
    )
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** 0 is A, 26 is AA. */
function columnName(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : columnName(Math.floor(at / 26) - 1) + columnName(at % 26);
}

const HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

/** The parts of a workbook around its one sheet. */
function frame(name: string): [name: string, text: string][] {
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const tab = xmlText(name.replace(/[[\]:*?/\\]/g, " ").slice(0, 31)).replaceAll('"', "&quot;");
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const relations = (...all: string[]) =>
    `${HEADER}<Relationships xmlns="${PACKAGE}/relationships">${all.join("")}</Relationships>`;
  const formats = FORMATS.map((code, n) => `<numFmt numFmtId="${164 + n}" formatCode="${code}"/>`);
  const xf = (format: number, font: number) =>
    `<xf numFmtId="${format === 0 ? 0 : 164 + format}" fontId="${font}" fillId="0" borderId="0" xfId="0" ` +
    `applyNumberFormat="1" applyFont="1"/>`;
  return [
    [
      "[Content_Types].xml",
      `${HEADER}<Types xmlns="${PACKAGE}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
    ],
    ["_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml"))],
    [
      "xl/workbook.xml",
      `${HEADER}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${tab}" sheetId="1" r:id="rId1"/>` +
      "</sheets></workbook>",
    ],
    [
      "xl/_rels/workbook.xml.rels",
      relations(relation("rId1", "worksheet", "worksheets/sheet1.xml"), relation("rId2", "styles", "styles.xml")),
    ],
    [
      "xl/styles.xml",
      `${HEADER}<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">${formats.join("")}</numFmts>` +
      '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
      '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
      '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
      `<cellXfs count="${2 * FORMATS.length}">${
        FORMATS.map((_, n) => xf(n, 0) + xf(n, 1)).join("")
      }</cellXfs></styleSheet>`,
    ],
  ];
}
