import { Binary } from "mongodb";
import { addAmounts, type Amounts, type Cell, type CellParts, type Dimension, noAmounts } from "./sales_sums.ts";

/**
 * The sales of one day or month cut by one dimension, as a document of `mart_sales_parts`.
 *
 * The rows are four columns of numbers, not sub-documents: a report over three years adds some ten thousand rows per
 * dimension, and reading them as columns costs a copy instead of decoding every number by name. The rows lie cell after cell,
 * so that a filter on currency, subsidiary or channel skips whole runs. 28 bytes a row; a month of 100,000 active
 * customers is 2.8 MB, far below the 16 MB of a document.
 *
 * Columns are little-endian: `keys`, `revenueMinor`, `units` are float64 (exact to 2^53; a key that is NaN means none),
 * `orders` is int32.
 */
export interface PartsBlock {
  /** `day|customer|2026-11-19` or `month|customer|2026-11`: ranges of periods are ranges of ids. */
  _id: string;
  /** Grows with every recount; an older recount cannot replace a newer one. */
  sequence: number;
  builtAt: Date;
  cells: (Cell & { rows: number })[];
  keys: Binary;
  revenueMinor: Binary;
  orders: Binary;
  units: Binary;
}

/** How wide the period of a block is. */
export type BlockGrain = "day" | "month";

/** The id of a block; `period` is a day or a month. Dimension `day` holds the totals of a month's days, keyed 1 to 31. */
export function blockId(grain: BlockGrain, dimension: Dimension | "day", period: string): string {
  return `${grain}|${dimension}|${period}`;
}

/** The period that a block covers. */
export function periodOf(block: Pick<PartsBlock, "_id">): string {
  return block._id.slice(block._id.lastIndexOf("|") + 1);
}

/** The columns of a block. */
export function packParts(
  cells: CellParts[],
): Pick<PartsBlock, "cells" | "keys" | "revenueMinor" | "orders" | "units"> {
  const filled = cells.filter((cell) => cell.parts.size > 0);
  const count = filled.reduce((sum, cell) => sum + cell.parts.size, 0);
  const keys = new Float64Array(count);
  const revenueMinor = new Float64Array(count);
  const orders = new Int32Array(count);
  const units = new Float64Array(count);
  let row = 0;
  for (const cell of filled) {
    for (const [id, amounts] of cell.parts) {
      keys[row] = id ?? NaN;
      revenueMinor[row] = amounts.revenueMinor;
      orders[row] = amounts.orders;
      units[row] = amounts.units;
      row++;
    }
  }
  return {
    cells: filled.map(({ currency, subsidiary, channel, parts }) => ({
      currency,
      subsidiary,
      channel,
      rows: parts.size,
    })),
    keys: bytesOf(keys),
    revenueMinor: bytesOf(revenueMinor),
    orders: bytesOf(orders),
    units: bytesOf(units),
  };
}

/**
 * Calls `visit` for every row of the cells that match, without making an object per row.
 *
 * @param matches which cells to look at; all when absent
 * @throws {RangeError} when the columns and the cells do not agree: the block was not written by `packParts`
 */
export function eachPart(
  block: PartsBlock,
  matches: ((cell: Cell) => boolean) | null,
  visit: (id: number | null, revenueMinor: number, orders: number, units: number, cell: Cell) => void,
): void {
  const keys = new Float64Array(copyOf(block.keys));
  const revenueMinor = new Float64Array(copyOf(block.revenueMinor));
  const orders = new Int32Array(copyOf(block.orders));
  const units = new Float64Array(copyOf(block.units));
  const count = block.cells.reduce((sum, cell) => sum + cell.rows, 0);
  if ([keys, revenueMinor, orders, units].some((column) => column.length !== count)) {
    throw new RangeError(`Cannot read the sales block ${block._id}: its cells hold ${count} rows, its columns do not`);
  }
  let row = 0;
  for (const cell of block.cells) {
    const end = row + cell.rows;
    if (!matches || matches(cell)) {
      for (; row < end; row++) {
        const id = keys[row] as number;
        visit(Number.isNaN(id) ? null : id, revenueMinor[row]!, orders[row]!, units[row]!, cell);
      }
    }
    row = end;
  }
}

/** The block without the cells that do not match: what nobody may see must not reach a report. */
export function narrowBlock(block: PartsBlock, matches: (cell: Cell) => boolean): PartsBlock {
  if (block.cells.every(matches)) return block;
  const kept: CellParts[] = [];
  eachPart(block, matches, (id, revenueMinor, orders, units, { currency, subsidiary, channel }) => {
    let cell = kept.at(-1); // the rows lie cell after cell
    if (!cell || cell.currency !== currency || cell.subsidiary !== subsidiary || cell.channel !== channel) {
      kept.push(cell = { currency, subsidiary, channel, parts: new Map<number | null, Amounts>() });
    }
    cell.parts.set(id, { revenueMinor, orders, units });
  });
  return { ...block, ...packParts(kept) };
}

/** Joins blocks of days into the cells of their month. */
export function mergeBlocks(blocks: PartsBlock[]): CellParts[] {
  const cells = new Map<string, CellParts>();
  for (const block of blocks) {
    eachPart(block, null, (id, revenueMinor, orders, units, { currency, subsidiary, channel }) => {
      const key = `${currency}|${subsidiary}|${channel}`;
      let cell = cells.get(key);
      if (!cell) cells.set(key, cell = { currency, subsidiary, channel, parts: new Map<number | null, Amounts>() });
      let sum = cell.parts.get(id);
      if (!sum) cell.parts.set(id, sum = noAmounts());
      addAmounts(sum, { revenueMinor, orders, units });
    });
  }
  return [...cells.values()];
}

function bytesOf(column: Float64Array | Int32Array): Binary {
  return new Binary(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
}

/** The bytes alone and aligned: the driver hands out views into a whole answer of the server. */
function copyOf(column: Binary): ArrayBuffer {
  const bytes = column.value();
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}
