/**
 * What the mirror must hold, worked out from the stand-in's tables alone: a second opinion that shares no code with the
 * streams. Kinds of columns: plain text and whole numbers as they are, `:n` decimals, `:b` flags, `:t` times, `:m` amounts
 * in minor units of the row's currency, `:c` symbols of currencies, `:l` lists of ids. Custom fields are told by their names.
 */

/** A row of a stand-in's table, as SQLite holds it. */
export type Row = Record<string, string | number | null>;
/** Reads rows of a table: the whole of it. */
export type ReadTable = (table: string) => Row[] | Promise<Row[]>;
/** A document without what the sync adds (`source`). */
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
const tree = { fullName: "fullname", parent: "parent", subsidiaries: "subsidiary:l" };

const named = (table: string): Mapping => ({
  table,
  id,
  fields: { name: "name", isInactive: "isinactive:b", externalId: "externalid" },
});

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
    fullName: "fullname",
    parent: "parent",
    subsidiary: "subsidiary",
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
      status: "entitystatus",
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
  contacts: {
    table: "contact",
    id,
    cursor: "lastmodifieddate",
    fields: {
      number: "entityid",
      firstName: "firstname",
      lastName: "lastname",
      email: "email",
      phone: "phone",
      title: "title",
      company: "company",
      createdAt: "datecreated:t",
      isInactive: "isinactive:b",
      externalId: "externalid",
    },
  },
  entity_statuses: {
    table: "entitystatus",
    id: (row) => row.key as number,
    fields: { name: "name", entityType: "entitytype", probability: "probability:n", isInactive: "inactive:b" },
  },
  accounts: {
    table: "account",
    id,
    cursor: "lastmodifieddate",
    fields: {
      number: "acctnumber",
      name: "fullname",
      displayName: "accountsearchdisplayname",
      hierarchyName: "displaynamewithhierarchy",
      type: "accttype",
      parent: "parent",
      subsidiaries: "subsidiary:l",
      currency: "currency:c",
      generalRate: "generalrate",
      cashFlowRate: "cashflowrate",
      description: "description",
      isEliminated: "eliminate:b",
      isInventory: "inventory:b",
      isSummary: "issummary:b",
      isInactive: "isinactive:b",
      externalId: "externalid",
    },
  },
  accounting_books: {
    table: "accountingbook",
    id,
    cursor: "lastmodifieddate",
    fields: {
      name: "name",
      base: "basebook",
      isPrimary: "isprimary:b",
      isAdjustmentOnly: "isadjustmentonly:b",
      isConsolidated: "isconsolidated:b",
    },
  },
  accounting_periods: {
    table: "accountingperiod",
    id,
    cursor: "lastmodifieddate",
    fields: {
      name: "periodname",
      startDate: "startdate",
      endDate: "enddate",
      parent: "parent",
      isPosting: "isposting:b",
      isYear: "isyear:b",
      isQuarter: "isquarter:b",
      isAdjustment: "isadjust:b",
      isClosed: "closed:b",
      closedAt: "closedondate:t",
      isLocked: "alllocked:b",
      isReceivablesLocked: "arlocked:b",
      isPayablesLocked: "aplocked:b",
      allowsNonLedgerChanges: "allownonglchanges:b",
      isInactive: "isinactive:b",
    },
  },
  terms: setup("term", { daysUntilDue: "daysuntilnetdue", discountPercent: "discountpercent:n" }),
  price_levels: setup("pricelevel", { isOnline: "isonline:b" }),
  prices: {
    table: "pricing",
    id: (row) => row.internalid as number,
    fields: {
      item: "item",
      priceLevel: "pricelevel",
      minimumQuantity: "quantity:n",
      unitPrice: "unitprice:n",
      saleUnit: "saleunit",
      currency: "currency:c",
    },
  },
  ship_methods: {
    table: "shipitem",
    id,
    fields: { code: "itemid", name: "name", isInactive: "isinactive:b", externalId: "externalid" },
  },
  promotion_codes: {
    table: "promotioncode",
    id,
    fields: {
      name: "name",
      code: "code",
      codePattern: "codepattern",
      description: "description",
      type: "promotiontype",
      discountItem: "discount",
      discountType: "discounttype",
      rate: "rate:n",
      startDate: "startdate",
      endDate: "enddate",
      use: "usetype",
      appliesTo: "applydiscountto",
      freeShipMethod: "freeshipmethod",
      location: "location",
      isPublic: "ispublic:b",
      isInactive: "isinactive:b",
      externalId: "externalid",
    },
  },
  coupon_codes: {
    table: "couponcode",
    id,
    fields: {
      code: "code",
      promotion: "promotion",
      recipient: "recipient",
      sentOn: "datesent",
      useCount: "usecount",
      isUsed: "used:b",
    },
  },
  campaign_audiences: named("campaignaudience"),
  campaign_categories: named("campaigncategory"),
  campaign_channels: named("campaignchannel"),
  campaign_families: named("campaignfamily"),
  campaign_offers: named("campaignoffer"),
  campaign_verticals: named("campaignvertical"),
  campaign_events: {
    table: "campaignevent",
    id,
    fields: { campaign: "campaign", title: "title", channel: "channel", startDate: "startdate" },
  },
  campaign_responses: {
    table: "campaignresponse",
    id,
    fields: {
      campaign: "campaign",
      event: "campaignevent",
      entity: "entity",
      response: "response",
      respondedOn: "responsedate",
    },
  },
  tracking_numbers: {
    table: "trackingnumbermap",
    id: (row) => `${row.transaction}-${row.trackingnumber}`,
    fields: { transaction: "transaction", trackingNumber: "trackingnumber", number: "tracking_text" },
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
  paidMinor: "foreignamountpaid:m",
  unpaidMinor: "foreignamountunpaid:m",
  period: "postingperiod",
  account: "account",
  approval: "approvalstatus",
  title: "title",
  stage: "entitystatus",
  probability: "probability:n",
  expectedCloseDate: "expectedclosedate",
  projectedTotalMinor: "projectedtotal:m",
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
  shipMethod: "shipmethod",
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
  const tracking = new Map((await read("trackingnumber")).map((row) => [row.id, row.trackingnumber]));
  const posted = new Map(
    (await read("transactionaccountingline")).filter((row) => row.accountingbook === 1)
      .map((row) => [`${row.transaction}/${row.transactionline}`, row]),
  );
  const books = new Map((await read("subsidiary")).map((row) => [row.id, currencies.get(row.currency)]));
  for (const [stream, mapping] of Object.entries(MAPPINGS)) {
    const documents = new Map<number | string, Expected>();
    for (const row of await read(mapping.table)) {
      if (stream === "transaction_links") row.currency = currencyOfDocument.get(row.previousdoc!) ?? null;
      if (stream === "tracking_numbers") row.tracking_text = tracking.get(row.trackingnumber!) ?? null;
      const document: Expected = { ...convert(row, mapping.fields, currencies), custom: customOf(row) };
      if (stream === "items") document.name ??= document.sku;
      if (stream === "ship_methods") document.name ??= document.code;
      if (mapping.fields.companyName || stream === "employees" || stream === "contacts") {
        document.name = nameOf(document);
      }
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
        withStamp(documentOf(row, linesOf.get(row.id) ?? [], currencies, posted, books), row, "lastmodifieddate"),
      ]),
    ),
  );
  return mirror;
}

function documentOf(
  row: Row,
  rows: Row[],
  currencies: Map<unknown, Row>,
  posted: Map<string, Row>,
  books: Map<unknown, Row | undefined>,
): Expected {
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
    const entry = posted.get(`${line.transaction}/${line.id}`);
    const decimals = Number(books.get(line.subsidiary)?.currencyprecision ?? 2);
    const custom = customOf(line);
    return {
      ...fields,
      ...(Object.keys(custom).length > 0 ? { custom } : {}),
      account: entry?.account ?? null,
      postedMinor: entry?.amount === undefined || entry.amount === null
        ? null
        : minorOf(Number(entry.amount), decimals),
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
    custom: customOf(row),
    shipMethod: main?.shipMethod ?? null,
    baseCurrency: rows.map((line) => books.get(line.subsidiary)?.symbol).find((symbol) => symbol) ?? null,
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
    else if (kind === "l") document[field] = String(value).split(",").map(Number);
    else if (kind === "t") document[field] = new Date(`${String(value).replace(" ", "T")}Z`);
    else if (kind === "c") document[field] = currency?.symbol ?? null;
    else if (kind === "m") document[field] = minorOf(value as number, Number(currency!.currencyprecision));
    else document[field] = value;
  }
  return document;
}

/** Custom fields that have a value; what the stand-in keeps as T or F is a flag, and as a time a time. */
function customOf(row: Row): Expected {
  const custom: Expected = {};
  for (const [column, value] of Object.entries(row)) {
    if (!/^cust(body|col|entity|item)_/.test(column) || value === null || value === "") continue;
    if (value === "T" || value === "F") custom[column] = value === "T";
    else if (/^\d{4}-\d\d-\d\d \d\d:/.test(String(value))) {
      custom[column] = new Date(`${String(value).replace(" ", "T")}Z`);
    } else custom[column] = value;
  }
  return custom;
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
