/**
 * What the mirror must hold, worked out from the stand-in's tables alone: a second opinion that shares no code with the
 * streams. Kinds of columns: plain text and whole numbers as they are, `:n` decimals, `:b` flags, `:t` times, `:m` amounts
 * in minor units of the row's currency.
 */

/** A row of a stand-in's table, as SQLite holds it. */
export type Row = Record<string, string | number | null>;
/** Reads rows of a table: the whole of it. */
export type ReadTable = (table: string) => Row[] | Promise<Row[]>;
/** A document without what the sync adds (`source`, `custom`). */
export type Expected = Record<string, unknown>;

interface Mapping {
  table: string;
  id: (row: Row) => number | string;
  fields: Record<string, string>;
  cursor?: string;
}

const id = (row: Row) => row.id as number;
const setup = (table: string, fields: Record<string, string>): Mapping => ({
  table,
  id,
  cursor: "lastmodifieddate",
  fields: { name: "name", isInactive: "isinactive:b", externalId: "externalid", ...fields },
});
const tree = { fullName: "fullname", parent: "parent", subsidiary: "subsidiary" };

const MAPPINGS: Record<string, Mapping> = {
  subsidiaries: setup("subsidiary", {
    fullName: "fullname",
    legalName: "legalname",
    parent: "parent",
    currency: "currency:c",
    country: "country",
    state: "state",
    isElimination: "iselimination:b",
  }),
  currencies: setup("currency", {
    symbol: "symbol",
    displaySymbol: "displaysymbol",
    precision: "currencyprecision",
    exchangeRate: "exchangerate:n",
    isBase: "isbasecurrency:b",
  }),
  departments: setup("department", tree),
  classifications: setup("classification", tree),
  locations: setup("location", {
    ...tree,
    makesInventoryAvailable: "makeinventoryavailable:b",
    latitude: "latitude:n",
    longitude: "longitude:n",
  }),
  employees: {
    table: "employee",
    id,
    cursor: "lastmodifieddate",
    fields: {
      number: "entityid",
      firstName: "firstname",
      lastName: "lastname",
      email: "email",
      phone: "phone",
      title: "title",
      supervisor: "supervisor",
      department: "department",
      subsidiary: "subsidiary",
      location: "location",
      isSalesRep: "issalesrep:b",
      hiredOn: "hiredate",
      isInactive: "isinactive:b",
      externalId: "externalid",
    },
  },
  customers: {
    table: "customer",
    id,
    cursor: "lastmodifieddate",
    fields: {
      number: "entityid",
      companyName: "companyname",
      altName: "altname",
      firstName: "firstname",
      lastName: "lastname",
      isPerson: "isperson:b",
      email: "email",
      phone: "phone",
      url: "url",
      parent: "parent",
      currency: "currency:c",
      terms: "terms",
      salesRep: "salesrep",
      stage: "searchstage",
      territory: "territory",
      creditLimitMinor: "creditlimit:m",
      createdAt: "datecreated:t",
      firstOrderDate: "firstorderdate",
      lastOrderDate: "lastorderdate",
      isInactive: "isinactive:b",
      externalId: "externalid",
    },
  },
  vendors: {
    table: "vendor",
    id,
    cursor: "lastmodifieddate",
    fields: {
      number: "entityid",
      companyName: "companyname",
      altName: "altname",
      legalName: "legalname",
      isPerson: "isperson:b",
      email: "email",
      phone: "phone",
      currency: "currency:c",
      terms: "terms",
      creditLimitMinor: "creditlimit:m",
      createdAt: "datecreated:t",
      isInactive: "isinactive:b",
      externalId: "externalid",
    },
  },
  items: {
    table: "item",
    id,
    cursor: "lastmodifieddate",
    fields: {
      sku: "itemid",
      name: "displayname",
      fullName: "fullname",
      description: "description",
      type: "itemtype",
      subtype: "subtype",
      parent: "parent",
      class: "class",
      department: "department",
      location: "location",
      averageCost: "averagecost:n",
      cost: "cost:n",
      lastPurchasePrice: "lastpurchaseprice:n",
      onHand: "totalquantityonhand:n",
      weight: "weight:n",
      upc: "upccode",
      isInactive: "isinactive:b",
      createdAt: "createddate:t",
      externalId: "externalid",
    },
  },
  inventory: {
    table: "aggregateitemlocation",
    id: (row) => `${row.item}-${row.location}`,
    fields: {
      item: "item",
      location: "location",
      onHand: "quantityonhand:n",
      available: "quantityavailable:n",
      committed: "quantitycommitted:n",
      onOrder: "quantityonorder:n",
      backordered: "quantitybackordered:n",
      inTransit: "quantityintransit:n",
      reorderPoint: "reorderpoint:n",
      preferredLevel: "preferredstocklevel:n",
      averageCost: "averagecostmli:n",
      leadTimeDays: "leadtime:n",
    },
  },
  transaction_links: {
    table: "nexttransactionlinelink",
    id: (row) => [row.previousdoc, row.previousline, row.nextdoc, row.nextline, row.linktype].join("-"),
    cursor: "lastmodifieddate",
    fields: {
      previousDoc: "previousdoc",
      previousLine: "previousline",
      previousType: "previoustype",
      nextDoc: "nextdoc",
      nextLine: "nextline",
      nextType: "nexttype",
      linkType: "linktype",
      currency: "currency:c",
      amountMinor: "foreignamount:m",
    },
  },
};

const HEADER = {
  type: "type",
  recordType: "recordtype",
  number: "tranid",
  status: "status",
  date: "trandate",
  dueDate: "duedate",
  closeDate: "closedate",
  shipDate: "shipdate",
  actualShipDate: "actualshipdate",
  createdAt: "createddate:t",
  entity: "entity",
  employee: "employee",
  currency: "currency:c",
  exchangeRate: "exchangerate:n",
  foreignTotalMinor: "foreigntotal:m",
  isPosting: "posting:b",
  isVoided: "voided:b",
  memo: "memo",
  otherRef: "otherrefnum",
  origin: "source",
  terms: "terms",
  externalId: "externalid",
};

const LINE = {
  key: "uniquekey",
  id: "id",
  sequence: "linesequencenumber",
  item: "item",
  itemType: "itemtype",
  quantityLedger: "quantity:n",
  rate: "rate:n",
  ledgerMinor: "foreignamount:m",
  subsidiary: "subsidiary",
  department: "department",
  class: "class",
  location: "location",
  createdFrom: "createdfrom",
  isClosed: "isclosed:b",
  quantityBilled: "quantitybilled:n",
  quantityShipRecv: "quantityshiprecv:n",
  expectedShipDate: "expectedshipdate",
  expectedReceiptDate: "expectedreceiptdate",
  memo: "memo",
};

/** Names of all streams. */
export const STREAM_NAMES = [...Object.keys(MAPPINGS), "transactions"];

/** Every document that each stream must hold, by `_id`. */
export async function expectedMirror(read: ReadTable): Promise<Map<string, Map<number | string, Expected>>> {
  const currencies = new Map((await read("currency")).map((row) => [row.id, row]));
  const mirror = new Map<string, Map<number | string, Expected>>();
  const headers = await read("transaction");
  const currencyOfDocument = new Map(headers.map((row) => [row.id, row.currency]));
  for (const [stream, mapping] of Object.entries(MAPPINGS)) {
    const documents = new Map<number | string, Expected>();
    for (const row of await read(mapping.table)) {
      if (stream === "transaction_links") row.currency = currencyOfDocument.get(row.previousdoc!) ?? null;
      const document = convert(row, mapping.fields, currencies);
      if (stream === "items") document.name ??= document.sku;
      if (mapping.fields.companyName || stream === "employees") document.name = nameOf(document);
      documents.set(mapping.id(row), withStamp(document, row, mapping.cursor));
    }
    mirror.set(stream, documents);
  }
  const linesOf = Map.groupBy(await read("transactionline"), (row) => row.transaction);
  mirror.set(
    "transactions",
    new Map(
      headers.map((
        row,
      ) => [
        row.id as number,
        withStamp(documentOf(row, linesOf.get(row.id) ?? [], currencies), row, "lastmodifieddate"),
      ]),
    ),
  );
  return mirror;
}

function documentOf(row: Row, rows: Row[], currencies: Map<unknown, Row>): Expected {
  const out = [
    "SalesOrd",
    "ItemShip",
    "CustInvc",
    "CustCred",
    "RtnAuth",
    "CashSale",
    "CashRfnd",
    "Estimate",
    "Opprtnty",
  ].includes(row.type as string);
  const into = ["PurchOrd", "ItemRcpt", "VendBill", "VendCred"].includes(row.type as string);
  const lines = rows.toSorted((a, b) => (a.uniquekey as number) - (b.uniquekey as number)).map((line) => {
    const isMain = line.mainline === "T";
    const sign = out ? (isMain ? 1 : -1) : into ? (isMain ? -1 : 1) : 1;
    const fields = convert({ ...line, currency: row.currency! }, LINE, currencies);
    const turn = (value: unknown) => value === null ? null : (value as number) * sign || 0;
    return {
      ...fields,
      kind: kindOf(line),
      quantity: turn(fields.quantityLedger),
      amountMinor: turn(fields.ledgerMinor),
    };
  });
  const sum = (kinds: string[]) => {
    const amounts = lines.filter((line) => kinds.includes(line.kind) && line.amountMinor !== null);
    return amounts.length ? amounts.reduce((all, line) => all + line.amountMinor!, 0) : null;
  };
  const main: Expected | undefined = lines.find((line) => line.kind === "main");
  const header = convert(row, HEADER, currencies);
  return {
    ...header,
    subsidiary: main?.subsidiary ?? null,
    department: main?.department ?? null,
    class: main?.class ?? null,
    location: main?.location ?? null,
    createdFrom: main?.createdFrom ?? (lines as Expected[]).find((line) => line.createdFrom !== null)?.createdFrom ??
      null,
    totalMinor: main?.amountMinor ?? header.foreignTotalMinor,
    netMinor: sum(["item", "discount"]),
    taxMinor: sum(["tax"]),
    shippingMinor: sum(["shipping"]),
    lines,
  };
}

function kindOf(line: Row): string {
  if (line.mainline === "T") return "main";
  if (line.iscogs === "T") return "cogs";
  if (line.taxline === "T" || line.itemtype === "TaxItem" || line.itemtype === "TaxGroup") return "tax";
  if (line.itemtype === "ShipItem") return "shipping";
  if (line.donotdisplayline === "T" || ["Subtotal", "EndGroup", "Description"].includes(line.itemtype as string)) {
    return "other";
  }
  if (line.itemtype === "Discount" || line.itemtype === "Markup") return "discount";
  return line.itemtype === null ? "other" : "item";
}

function convert(row: Row, fields: Record<string, string>, currencies: Map<unknown, Row>): Expected {
  const document: Expected = {};
  const currency = currencies.get(row.currency);
  for (const [field, spec] of Object.entries(fields)) {
    const [column, kind] = spec.split(":") as [string, string?];
    if (!(column in row)) throw new Error(`The stand-in's row has no column ${column}: ${Object.keys(row)}`);
    const value = row[column]!;
    if (value === null || value === "") document[field] = null; // Oracle's '' is NULL
    else if (kind === "b") document[field] = value === "T";
    else if (kind === "t") document[field] = new Date(`${String(value).replace(" ", "T")}Z`);
    else if (kind === "c") document[field] = currency?.symbol ?? null;
    else if (kind === "m") document[field] = minorOf(value as number, Number(currency!.currencyprecision));
    else document[field] = value;
  }
  return document;
}

/** Amounts in the tables are whole cents as doubles: nearest integer of the scaled value is exact. */
function minorOf(amount: number, precision: number): number {
  return Math.round(Number((amount * 10 ** precision).toFixed(4))) || 0;
}

function nameOf({ companyName, firstName, lastName, altName, number }: Expected): unknown {
  return companyName || [firstName, lastName].filter(Boolean).join(" ") || altName || number;
}

function withStamp(document: Expected, row: Row, cursor?: string): Expected {
  const at = cursor ? row[cursor] : null;
  return { ...document, modifiedAt: at ? new Date(`${String(at).replace(" ", "T")}Z`) : null };
}
