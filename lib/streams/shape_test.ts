import assert from "node:assert/strict";
import { RowError } from "../errors.ts";
import { text } from "./column.ts";
import { stream } from "./define.ts";
import { streamOfDeleted } from "./registry.ts";
import { keyAlias, MODIFIED, shapeRow } from "./shape.ts";
import { transactionLinks, transactions } from "./transactions.ts";

const header = {
  [keyAlias(0)]: "871",
  [MODIFIED]: "2026-11-03T09:15:27Z",
  type: "SalesOrd",
  tranid: "SO1042",
  trandate: "2026-11-03",
  currencysymbol: "USD",
  currencyprecision: "2",
  foreigntotal: "110",
  voided: "F",
};
const line = (key: string, more: Record<string, string>) => ({
  [keyAlias(0)]: key,
  id: key,
  mainline: "F",
  taxline: "F",
  iscogs: "F",
  donotdisplayline: "F",
  ...more,
});
const lines = [
  line("1", { mainline: "T", foreignamount: "110", subsidiary: "2", department: "5" }),
  line("2", { item: "80", itemtype: "InvtPart", quantity: "-2", rate: "50", foreignamount: "-100" }),
  line("3", { itemtype: "TaxItem", taxline: "T", foreignamount: "-10" }),
  line("4", { item: "9", itemtype: "Discount", foreignamount: "5" }),
  line("5", { itemtype: "ShipItem", foreignamount: "-5" }),
  line("6", { item: "80", itemtype: "InvtPart", iscogs: "T", foreignamount: "40" }),
];

Deno.test("shapeRow turns a sales order round to natural signs and adds up what is sold", () => {
  const { key, modifiedAt, content } = shapeRow(transactions, header, lines);
  assert.equal(key, 871);
  assert.equal(modifiedAt?.toISOString(), "2026-11-03T09:15:27.000Z");
  const { totalMinor, netMinor, taxMinor, shippingMinor, subsidiary, department, memo } = content;
  assert.deepEqual(
    { totalMinor, netMinor, taxMinor, shippingMinor, subsidiary, department, memo },
    { totalMinor: 11000, netMinor: 9500, taxMinor: 1000, shippingMinor: 500, subsidiary: 2, department: 5, memo: null },
  );
  const sold = (content.lines as Record<string, unknown>[])[1]!;
  assert.equal(sold.kind, "item");
  assert.equal(sold.quantity, 2);
  assert.equal(sold.quantityLedger, -2);
  assert.equal(sold.amountMinor, 10000);
  assert.equal(sold.ledgerMinor, -10000);
  assert.deepEqual((content.lines as { kind: string }[]).map(({ kind }) => kind), [
    "main",
    "item",
    "tax",
    "discount",
    "shipping",
    "cogs",
  ]);
});

Deno.test("shapeRow keeps a purchase positive and makes a credit negative", () => {
  const purchase = shapeRow(transactions, { ...header, type: "PurchOrd" }, [
    line("1", { mainline: "T", foreignamount: "-100" }),
    line("2", { item: "80", itemtype: "InvtPart", quantity: "2", foreignamount: "100" }),
  ]).content;
  assert.equal(purchase.totalMinor, 10000);
  assert.equal(purchase.netMinor, 10000);
  const credit = shapeRow(transactions, { ...header, type: "CustCred" }, [
    line("1", { mainline: "T", foreignamount: "-100" }),
    line("2", { item: "80", itemtype: "InvtPart", quantity: "2", foreignamount: "100" }),
  ]).content;
  assert.equal(credit.netMinor, -10000);
});

Deno.test("shapeRow gives every wrong value of a row, with what would be right", () => {
  const bad = { ...header, trandate: "3/11/2026", voided: "no" };
  assert.throws(() => shapeRow(transactions, bad, [line("7", { foreignamount: "n/a" })]), (error) => {
    assert.ok(error instanceof RowError);
    assert.deepEqual(error.reasons, [
      'trandate "3/11/2026" must be a day as YYYY-MM-DD',
      'voided "no" must be T or F',
      'transactionline 7: foreignamount "n/a" must be a decimal number',
    ]);
    return true;
  });
});

Deno.test("shapeRow keeps the text of an amount finer than its currency", () => {
  const { content } = shapeRow(transactions, header, [
    line("2", { item: "1", itemtype: "InvtPart", foreignamount: "-1.005" }),
  ]);
  const [only] = content.lines as Record<string, unknown>[];
  assert.equal(only!.ledgerMinor, -101);
  assert.equal(only!.ledgerMinorText, "-1.005");
});

Deno.test("shapeRow joins the parts of a composite key", () => {
  const raw: Record<string, string> = {};
  ["10", "1", "20", "2", "ShipRcpt"].forEach((value, n) => raw[keyAlias(n)] = value);
  assert.equal(shapeRow(transactionLinks, raw).key, "10-1-20-2-ShipRcpt");
});

Deno.test("stream refuses what SuiteQL would answer with nothing or an error", () => {
  assert.throws(() => stream({ name: "x", table: "x", columns: { a: text("A-b") } }), /lower-case/);
  assert.throws(() => stream({ name: "x", table: "x", columns: { a: text("c"), b: text("c") } }), /both called/);
  assert.throws(() => stream({ name: "x", table: "x", columns: { a: { ...text("c"), from: "z" } } }), /no join/);
});

Deno.test("streamOfDeleted knows the display names of deletedrecord", () => {
  for (
    const [type, name] of [["Sales Order", "transactions"], ["Item Fulfillment", "transactions"], [
      "Customer",
      "customers",
    ]]
  ) {
    assert.equal(streamOfDeleted(type!)?.name, name);
  }
  assert.equal(streamOfDeleted("Saved Search"), null);
});
