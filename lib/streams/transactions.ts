import { baseMoney, day, decimal, flag, instant, integer, joined, money, text } from "./column.ts";
import { type Content, stream } from "./define.ts";
import { naturalSign, signed } from "./signs.ts";

/** What a line of a document is, so that no report has to know NetSuite's flags. */
export type LineKind = "main" | "item" | "discount" | "tax" | "shipping" | "cogs" | "other";

/** Internal id of the primary accounting book, in every account. */
const PRIMARY_BOOK = 1;

/**
 * Documents of every type, with their lines inside: header and lines always change together, and a line that vanished in
 * NetSuite vanishes here, since the whole set is replaced. Reading lines by their own change time would miss that.
 */
export const transactions = stream({
  name: "transactions",
  table: "transaction",
  range: "trandate",
  joins: { c: "LEFT JOIN currency c ON c.id = t.currency" },
  precision: "precision",
  pageRows: 500,
  columns: {
    type: text("type"),
    recordType: text("recordtype"),
    number: text("tranid"),
    status: text("status"),
    date: day("trandate"),
    dueDate: day("duedate"),
    closeDate: day("closedate"),
    shipDate: day("shipdate"),
    actualShipDate: day("actualshipdate"),
    createdAt: instant("createddate"),
    entity: integer("entity"),
    employee: integer("employee"),
    currency: joined("c", text("symbol"), "currencysymbol"),
    precision: joined("c", integer("currencyprecision"), "currencyprecision"),
    exchangeRate: decimal("exchangerate"),
    foreignTotalMinor: money("foreigntotal"),
    paidMinor: money("foreignamountpaid"),
    unpaidMinor: money("foreignamountunpaid"),
    period: integer("postingperiod"),
    account: integer("account"),
    approval: integer("approvalstatus"),
    isPosting: flag("posting"),
    isVoided: flag("voided"),
    memo: text("memo"),
    otherRef: text("otherrefnum"),
    origin: text("source"),
    terms: integer("terms"),
    externalId: text("externalid"),
    // of opportunities, which are documents too
    title: text("title"),
    stage: integer("entitystatus"),
    probability: decimal("probability"),
    expectedCloseDate: day("expectedclosedate"),
    projectedTotalMinor: money("projectedtotal"),
  },
  children: {
    field: "lines",
    table: "transactionline",
    parent: "transaction",
    key: "uniquekey",
    proof: "ledgerMinor",
    perQuery: 500,
    joins: {
      a: "LEFT JOIN transactionaccountingline a ON a.transaction = t.transaction AND a.transactionline = t.id " +
        `AND a.accountingbook = ${PRIMARY_BOOK}`,
      s: "LEFT JOIN subsidiary s ON s.id = t.subsidiary",
      b: "LEFT JOIN currency b ON b.id = s.currency",
    },
    basePrecision: "basePrecision",
    columns: {
      id: integer("id"),
      sequence: integer("linesequencenumber"),
      isMain: flag("mainline"),
      isTax: flag("taxline"),
      isCogs: flag("iscogs"),
      isHidden: flag("donotdisplayline"),
      item: integer("item"),
      itemType: text("itemtype"),
      quantityLedger: decimal("quantity"),
      rate: decimal("rate"),
      ledgerMinor: money("foreignamount"),
      subsidiary: integer("subsidiary"),
      department: integer("department"),
      class: integer("class"),
      location: integer("location"),
      createdFrom: integer("createdfrom"),
      shipMethod: integer("shipmethod"),
      account: joined("a", integer("account"), "postedto"),
      postedMinor: joined("a", baseMoney("amount"), "posted"),
      baseCurrency: joined("b", text("symbol"), "basesymbol"),
      basePrecision: joined("b", integer("currencyprecision"), "baseprecision"),
      isClosed: flag("isclosed"),
      quantityBilled: decimal("quantitybilled"),
      quantityShipRecv: decimal("quantityshiprecv"),
      expectedShipDate: day("expectedshipdate"),
      expectedReceiptDate: day("expectedreceiptdate"),
      memo: text("memo"),
    },
  },
  shape: shapeDocument,
  deletedTypes: [
    "salesorder",
    "itemfulfillment",
    "itemfulfilment",
    "invoice",
    "purchaseorder",
    "itemreceipt",
    "cashsale",
    "estimate",
    "quote",
    "opportunity",
    "returnauthorization",
    "creditmemo",
    "cashrefund",
    "customerpayment",
    "payment",
    "vendorbill",
    "bill",
    "vendorcredit",
    "billcredit",
    "vendorpayment",
    "billpayment",
    "journalentry",
    "journal",
    "transferorder",
    "inventorytransfer",
    "inventoryadjustment",
    "customerdeposit",
    "transaction",
  ],
  indexes: [
    { key: { entity: 1, date: 1 } },
    { key: { "source.runId": 1 } },
  ],
});

/** How documents follow from one another, line by line: order to fulfilment to invoice. Changes with the documents. */
export const transactionLinks = stream({
  name: "transaction_links",
  table: "nexttransactionlinelink",
  key: ["previousdoc", "previousline", "nextdoc", "nextline", "linktype"],
  cursor: "lastmodifieddate",
  joins: {
    p: "LEFT JOIN transaction p ON p.id = t.previousdoc",
    c: "LEFT JOIN currency c ON c.id = p.currency",
  },
  precision: "precision",
  columns: {
    previousDoc: integer("previousdoc"),
    previousLine: integer("previousline"),
    previousType: text("previoustype"),
    nextDoc: integer("nextdoc"),
    nextLine: integer("nextline"),
    nextType: text("nexttype"),
    linkType: text("linktype"),
    currency: joined("c", text("symbol"), "currencysymbol"),
    precision: joined("c", integer("currencyprecision"), "currencyprecision"),
    amountMinor: money("foreignamount"),
  },
  follows: { stream: "transactions", columns: ["previousdoc", "nextdoc"] },
  indexes: [{ key: { previousDoc: 1 } }, { key: { nextDoc: 1 } }],
});

function shapeDocument({ foreignTotalMinor, ...content }: Content): Content {
  const type = String(content.type);
  const lines = (content.lines as Content[]).map((line) => shapeLine(type, line));
  const main = lines.find((line) => line.kind === "main");
  const sum = (...kinds: LineKind[]) => {
    const amounts = lines.filter((line) => kinds.includes(line.kind as LineKind)).map((line) =>
      line.amountMinor as number | null
    );
    return amounts.some((amount) => amount !== null)
      ? amounts.reduce<number>((all, amount) => all + (amount ?? 0), 0)
      : null;
  };
  const { lines: _, ...header } = content;
  return {
    ...header,
    subsidiary: main?.subsidiary ?? null,
    department: main?.department ?? null,
    class: main?.class ?? null,
    location: main?.location ?? null,
    shipMethod: main?.shipMethod ?? null,
    baseCurrency: lines.find((line) => line.baseCurrency !== null)?.baseCurrency ?? null,
    createdFrom: main?.createdFrom ?? lines.find((line) => line.createdFrom !== null)?.createdFrom ?? null,
    totalMinor: main?.amountMinor ?? foreignTotalMinor,
    foreignTotalMinor,
    netMinor: sum("item", "discount"),
    taxMinor: sum("tax"),
    shippingMinor: sum("shipping"),
    lines: lines.map(({ baseCurrency: _, ...line }) => line),
  };
}

function shapeLine(type: string, { isMain, isTax, isCogs, isHidden, ...line }: Content): Content {
  const kind = kindOf(
    isMain === true,
    isTax === true,
    isCogs === true,
    isHidden === true,
    line.itemType as string | null,
  );
  const sign = naturalSign(type, kind === "main");
  return {
    ...line,
    kind,
    quantity: signed(line.quantityLedger as number | null, sign),
    amountMinor: signed(line.ledgerMinor as number | null, sign),
  };
}

/** docs/netsuite.md 6.4: "what was sold" leaves out main, tax, cost and shadow lines, and keeps discounts apart. */
function kindOf(main: boolean, tax: boolean, cogs: boolean, hidden: boolean, itemType: string | null): LineKind {
  if (main) return "main";
  if (cogs) return "cogs";
  if (tax || itemType === "TaxItem" || itemType === "TaxGroup") return "tax";
  if (itemType === "ShipItem") return "shipping";
  if (hidden || itemType === "Subtotal" || itemType === "EndGroup" || itemType === "Description") return "other";
  if (itemType === "Discount" || itemType === "Markup") return "discount";
  return itemType === null ? "other" : "item";
}
