/** Records that are gone: NetSuite keeps their names in the table `deletedrecord`. */
import { DAY, timeText } from "./days.ts";
import { between, type Random, randomFor } from "./random.ts";
import type { Row } from "./rows.ts";

/**
 * Display name and record type id by kind of record, as `deletedrecord` shows them. NetSuite does not document the ids; these
 * follow the negative numbers that its own custom field settings use for standard record types (customer -2, vendor -3,
 * employee -4, item -10, transaction -30).
 */
export const DELETED_TYPES = {
  SalesOrd: { type: "Sales Order", recordtypeid: -30, prefix: "Sales Order #" },
  ItemShip: { type: "Item Fulfillment", recordtypeid: -30, prefix: "Item Fulfillment #" },
  CustInvc: { type: "Invoice", recordtypeid: -30, prefix: "Invoice #" },
  PurchOrd: { type: "Purchase Order", recordtypeid: -30, prefix: "Purchase Order #" },
  ItemRcpt: { type: "Item Receipt", recordtypeid: -30, prefix: "Item Receipt #" },
  customer: { type: "Customer", recordtypeid: -2, prefix: "" },
  vendor: { type: "Vendor", recordtypeid: -3, prefix: "" },
  employee: { type: "Employee", recordtypeid: -4, prefix: "" },
  item: { type: "Inventory Item", recordtypeid: -10, prefix: "" },
} as const;

/** A kind of record that can be deleted. */
export type DeletedKind = keyof typeof DELETED_TYPES;

/** One row of `deletedrecord`; `seconds` is when, `by` the employee who did it. */
export function deletedRow(kind: DeletedKind, id: number, name: string, seconds: number, by: number): Row {
  const { type, recordtypeid, prefix } = DELETED_TYPES[kind];
  return {
    recordid: id,
    recordtypeid,
    scriptid: null,
    name: prefix + name,
    type,
    context: "UserInterface",
    deletedby: by,
    deleteddate: timeText(seconds),
    iscustomlist: "F",
    iscustomrecord: "F",
    iscustomtransaction: "F",
  };
}

/** An id that was skipped, and when (seconds) the documents around it were made. */
export interface Gap {
  id: number;
  created: number;
}

/** About fifty deletions: documents under skipped ids, some weeks after they were made, and some customers, vendors and items. */
export function deletedRows(gaps: Gap[], seed: number, now: number): Row[] {
  const random: Random = randomFor(seed, "deleted");
  const cleanUp = now - 20 * DAY; // one clean-up deleted several test orders within one second
  const kinds: DeletedKind[] = ["SalesOrd", "SalesOrd", "SalesOrd", "ItemShip", "CustInvc", "PurchOrd"];
  const chosen = new Map<number, Gap>();
  for (let draw = 0; draw < 400 && chosen.size < Math.min(40, gaps.length); draw++) {
    const gap = gaps[between(random, 0, gaps.length - 1)]!;
    chosen.set(gap.id, gap);
  }
  const documents = [...chosen.values()].map(({ id, created }, index) => {
    const kind = kinds[index % kinds.length]!;
    const own = Math.min(created + between(random, 1_800, 60 * DAY), now - 300);
    return deletedRow(kind, id, `X${id}`, index < 12 && created < cleanUp ? cleanUp : own, 203);
  });
  const others: [DeletedKind, number, string][] = [
    ...[1, 2, 3, 4, 5, 6].map((
      n,
    ): [DeletedKind, number, string] => ["customer", 9_000 + n, `CUST${9_000 + n} (duplicate)`]),
    ["vendor", 1_491, "VEND1491 Test Vendor"],
    ["employee", 299, "E299 Temp"],
    ...[1, 2, 3, 4].map((n): [DeletedKind, number, string] => ["item", 1_980 + n, `TEST-${n}`]),
  ];
  const at = () => now - between(random, 2, 340) * DAY - between(random, 0, 20_000);
  return [...documents, ...others.map(([kind, id, name]) => deletedRow(kind, id, name, at(), 203))];
}
