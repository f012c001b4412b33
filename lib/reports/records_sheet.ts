import { type Cell, decimalOf, type Sheet } from "../files/cells.ts";
import type { everySalesRecord } from "./sales_records.ts";
import type { SalesRecordsQuery } from "./sales_types.ts";

/**
 * The orders behind a figure as a file: all of them, with what the page shows, and the sum of what the file holds.
 *
 * @param statusWord NetSuite's letter in the page's words
 */
export function recordsSheet(
  { currency, records }: Pick<Awaited<ReturnType<typeof everySalesRecord>>, "currency" | "records">,
  query: SalesRecordsQuery,
  statusWord: (letter: string | null) => string | null,
): Sheet {
  const byLine = query.of?.by === "item" || query.of?.by === "class";
  const sum = { orders: 0, units: 0, amountMinor: 0 };
  async function* rows(): AsyncGenerator<Cell[]> {
    for await (const { id, number, date, status, customer, units, amountMinor, orderMinor } of records) {
      sum.orders++;
      sum.units += units;
      sum.amountMinor += amountMinor;
      yield [
        number,
        id,
        { day: date },
        customer.name,
        customer.id,
        statusWord(status),
        units,
        ...(byLine ? [decimalOf(orderMinor, currency.precision)] : []),
        decimalOf(amountMinor, currency.precision),
      ];
    }
  }
  return {
    name: "Orders",
    head: [
      "Order",
      "NetSuite id",
      "Date",
      "Customer",
      "Customer's NetSuite id",
      "State",
      "Units",
      ...(byLine ? [`Whole order ${currency.code}`] : []),
      `Amount ${currency.code}`,
    ],
    rows: rows(),
    total: () => [
      `All ${sum.orders}`,
      null,
      null,
      null,
      null,
      null,
      Math.round(sum.units * 1e6) / 1e6, // of fractions, the last digits of a double are no figure
      ...(byLine ? [null] : []),
      decimalOf(sum.amountMinor, currency.precision),
    ],
  };
}

/** The name of the file: `orders-of-item-812-2026-11-01-to-2026-11-19-USD`. */
export function recordsFileName({ from, to, currency, of }: SalesRecordsQuery): string {
  const what = of === null ? "orders" : `orders-of-${of.by}-${of.id}`;
  return `${what}-${from}-to-${to}-${currency.replace(/\W/g, "")}`;
}
