/** Reads the packed source tables beside this file (`data/README.md` says where they come from). */
import { gunzipSync } from "node:zlib";
import { Buffer } from "node:buffer";
import { parseCsv } from "./csv.ts";

/** One packed table: rows as arrays, and the place of each column in them. */
export interface SourceTable {
  rows: string[][];
  /** @returns the index of a column in every row; throws on a name that the table lacks */
  at(column: string): number;
}

/** Gives one source table by name, e.g. `product`. Cells are text as in the source; an empty cell means missing. */
export type Archive = (name: string) => SourceTable;

/** Opens the archive. Each table is unpacked at first use and kept as long as the returned function is. */
export function openArchive(): Archive {
  const opened = new Map<string, SourceTable>();
  return (name) => {
    let table = opened.get(name);
    if (!table) opened.set(name, table = readTable(name));
    return table;
  };
}

function readTable(name: string): SourceTable {
  const packed = Deno.readFileSync(new URL(`./data/${name}.csv.gz`, import.meta.url));
  const { header, rows } = parseCsv(gunzipSync(Buffer.from(packed)).toString("utf8"));
  const places = new Map(header.map((column, index) => [column, index]));
  return {
    rows,
    at(column) {
      const index = places.get(column);
      if (index === undefined) {
        throw new RangeError(`Table ${name} has no column "${column}", only ${header.join(", ")}`);
      }
      return index;
    },
  };
}

/** Groups rows by the text of one column, keeping the order of the source in and between groups. */
export function groupRows(rows: string[][], column: number): Map<string, string[][]> {
  const groups = new Map<string, string[][]>();
  for (const row of rows) {
    const key = row[column]!;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
