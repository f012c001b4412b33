/** The frame of the account: subsidiaries, places, departments, currencies, terms, ledger accounts, periods, status names. */
import { dayText, timeText } from "./days.ts";
import { CURRENCIES, exchangeRate } from "./money.ts";
import { flag, type Row } from "./rows.ts";
import { type Archive, groupRows } from "./archive.ts";

/** The three companies of the group. `currency` is the base currency its books are kept in. */
export const SUBSIDIARIES = [
  { id: 1, name: "Adventure Works Cycles", parent: null, currency: 1, country: "US", state: "WA" },
  { id: 2, name: "Adventure Works Canada", parent: 1, currency: 2, country: "CA", state: "ON" },
  { id: 3, name: "Adventure Works Europe", parent: 1, currency: 3, country: "DE", state: null },
] as const;

/** The sales channels, which are departments under "Sales". */
export const DEPARTMENTS = { wholesale: 2, web: 3, retail: 4, purchasing: 6 } as const;

/** Places that ship. Retail ships from the region an order comes from. */
export const WAREHOUSES = {
  bothell: 1,
  web: 2,
  East: 3,
  West: 4,
  Central: 5,
  South: 6,
  canada: 7,
  europe: 8,
} as const;

/** Ledger accounts that documents name. */
export const ACCOUNTS = {
  receivable: 6,
  inventory: 8,
  payable: 11,
  accrual: 12,
  income: 18,
  shippingIncome: 19,
  cogs: 22,
} as const;

const LOCATIONS: [id: number, name: string, subsidiary: number, inactive?: true][] = [
  [1, "Bothell", 1],
  [2, "Reno Web Fulfilment", 1],
  [3, "Newark Retail", 1],
  [4, "Fresno Retail", 1],
  [5, "Dallas Retail", 1],
  [6, "Atlanta Retail", 1],
  [7, "Toronto", 2],
  [8, "Berlin", 3],
  [9, "Nashua (closed)", 1, true],
];

const DEPARTMENT_ROWS: [id: number, name: string, parent: number | null][] = [
  [1, "Sales", null],
  [2, "Wholesale", 1],
  [3, "Web shop", 1],
  [4, "Retail", 1],
  [5, "Operations", null],
  [6, "Purchasing", 5],
  [7, "Finance", null],
  [8, "Marketing", null],
];

const ACCOUNT_ROWS: [id: number, number: string, name: string, type: string][] = [
  [1, "1000", "Checking", "Bank"],
  [2, "1010", "Checking Canada", "Bank"],
  [3, "1020", "Checking Europe", "Bank"],
  [4, "1050", "Undeposited Funds", "OthCurrAsset"],
  [5, "1060", "Payment Provider Clearing", "OthCurrAsset"],
  [6, "1100", "Accounts Receivable", "AcctRec"],
  [7, "1150", "Prepaid Expenses", "OthCurrAsset"],
  [8, "1200", "Inventory Asset", "OthCurrAsset"],
  [9, "1500", "Warehouse Equipment", "FixedAsset"],
  [10, "1510", "Accumulated Depreciation", "FixedAsset"],
  [11, "2000", "Accounts Payable", "AcctPay"],
  [12, "2050", "Accrued Purchases", "OthCurrLiab"],
  [13, "2100", "Sales Taxes Payable", "OthCurrLiab"],
  [14, "2150", "VAT Payable", "OthCurrLiab"],
  [15, "2500", "Bank Loan", "LongTermLiab"],
  [16, "3000", "Common Stock", "Equity"],
  [17, "3200", "Retained Earnings", "Equity"],
  [18, "4000", "Sales", "Income"],
  [19, "4100", "Shipping Income", "Income"],
  [20, "4900", "Sales Discounts", "Income"],
  [21, "4950", "Exchange Gain", "OthIncome"],
  [22, "5000", "Cost of Goods Sold", "COGS"],
  [23, "5100", "Freight In", "COGS"],
  [24, "6000", "Wages", "Expense"],
  [25, "6100", "Rent", "Expense"],
  [26, "6200", "Advertising", "Expense"],
  [27, "7000", "Interest", "OthExpense"],
  [28, "9000", "Sales Orders", "NonPosting"],
  [29, "9010", "Purchase Orders", "NonPosting"],
];

/** Payment terms; `due` days after the document's date. */
export const TERMS = [
  { id: 1, name: "Net 15", due: 15, discount: null },
  { id: 2, name: "Net 30", due: 30, discount: null },
  { id: 3, name: "Net 60", due: 60, discount: null },
  { id: 4, name: "Due on receipt", due: 0, discount: null },
  { id: 5, name: "1% 10 Net 30", due: 30, discount: 1 },
] as const;

/** Display names of document types, then each type's status letters with their names. */
const STATUSES: Record<string, [display: string, letters: Record<string, string>]> = {
  SalesOrd: ["Sales Order", {
    A: "Pending Approval",
    B: "Pending Fulfillment",
    C: "Cancelled",
    D: "Partially Fulfilled",
    E: "Pending Billing/Partially Fulfilled",
    F: "Pending Billing",
    G: "Billed",
    H: "Closed",
  }],
  CustInvc: ["Invoice", { A: "Open", B: "Paid In Full", D: "Pending Approval", E: "Rejected", V: "Voided" }],
  ItemShip: ["Item Fulfillment", { A: "Picked", B: "Packed", C: "Shipped" }],
  PurchOrd: ["Purchase Order", {
    A: "Pending Supervisor Approval",
    B: "Pending Receipt",
    C: "Rejected by Supervisor",
    D: "Partially Received",
    E: "Pending Billing/Partially Received",
    F: "Pending Bill",
    G: "Fully Billed",
    H: "Closed",
  }],
  ItemRcpt: ["Item Receipt", { Y: "Undefined" }],
  CashSale: ["Cash Sale", { A: "Unapproved Payment", B: "Not Deposited", C: "Deposited" }],
  CustPymt: ["Payment", { A: "Unapproved Payment", B: "Not Deposited", C: "Deposited" }],
  CustCred: ["Credit Memo", { A: "Open", B: "Fully Applied", V: "Voided" }],
  Estimate: ["Quote", { A: "Open", B: "Processed", C: "Closed", V: "Voided", X: "Expired" }],
  RtnAuth: ["Return Authorization", {
    A: "Pending Approval",
    B: "Pending Receipt",
    C: "Cancelled",
    D: "Partially Received",
    E: "Pending Refund/Partially Received",
    F: "Pending Refund",
    G: "Refunded",
    H: "Closed",
  }],
  VendBill: ["Bill", { A: "Open", B: "Paid In Full", C: "Cancelled", D: "Pending Approval", E: "Rejected" }],
  TrnfrOrd: ["Transfer Order", {
    A: "Pending Approval",
    B: "Pending Fulfillment",
    C: "Rejected",
    D: "Partially Fulfilled",
    F: "Pending Receipt",
    G: "Received",
    H: "Closed",
  }],
  Journal: ["Journal", { A: "Pending Approval", B: "Approved for Posting" }],
};

/**
 * The rows of every setup table.
 *
 * @param archive the source tables
 * @param opened when the account was set up, in seconds: all setup rows carry that stamp, as after a first import
 * @param newest the newest day that documents can have; periods cover the four years before it and the year after
 */
export function setupRows(archive: Archive, opened: number, newest: number): Record<string, Row[]> {
  const common = { isinactive: "F", lastmodifieddate: timeText(opened) };
  const base = (subsidiary: number) => SUBSIDIARIES.find((each) => each.id === subsidiary)!;
  return {
    subsidiary: SUBSIDIARIES.map(({ id, name, parent, currency, country, state }) => ({
      ...common,
      id,
      name,
      fullname: parent ? `${base(parent).name} : ${name}` : name,
      parent,
      currency,
      country,
      state,
      iselimination: "F",
      legalname: `${name}${country === "DE" ? " GmbH" : ", Inc."}`,
      email: `office-${country.toLowerCase()}@example.com`,
    })),
    currency: CURRENCIES.map(({ id, symbol, name, display, precision, isInactive }) => ({
      ...common,
      id,
      symbol,
      name,
      displaysymbol: display,
      currencyprecision: precision,
      exchangerate: exchangeRate(id, 1),
      isbasecurrency: flag(id <= 3),
      isinactive: flag(isInactive),
    })),
    location: locationRows(archive, common),
    department: DEPARTMENT_ROWS.map(([id, name, parent]) => ({
      ...common,
      id,
      name,
      fullname: parent ? `${DEPARTMENT_ROWS[parent - 1]![1]} : ${name}` : name,
      parent,
      includechildren: flag(parent === null),
    })),
    classification: classRows(archive, common),
    term: TERMS.map(({ id, name, due, discount }) => ({
      ...common,
      id,
      name,
      daysuntilnetdue: due,
      discountpercent: discount,
    })),
    account: ACCOUNT_ROWS.map(([id, number, name, type]) => ({
      ...common,
      id,
      acctnumber: number,
      accountsearchdisplayname: `${number} ${name}`,
      displaynamewithhierarchy: `${number} ${name}`,
      fullname: name,
      accttype: type,
      generalrate: /Asset|Liab|Bank|Acct/.test(type) ? "CURRENT" : "AVERAGE",
      cashflowrate: "AVERAGE",
      eliminate: "F",
      inventory: flag(id === ACCOUNTS.inventory),
      issummary: "F",
    })),
    accountingperiod: periodRows(newest, opened),
    transactionstatus: Object.entries(STATUSES).flatMap(([trantype, [display, letters]]) =>
      Object.entries(letters).map(([id, name]) => ({ id, trantype, name, fullname: `${display} : ${name}` }))
    ),
  };
}

/** Warehouses, and the shop-floor places of the source as parts of Bothell (id = 100 + the source's id). */
function locationRows(archive: Archive, common: Row): Row[] {
  const floor = archive("location");
  return [
    ...LOCATIONS.map(([id, name, subsidiary, inactive]) => ({
      ...common,
      id,
      name,
      fullname: name,
      parent: null,
      subsidiary,
      locationtype: 1,
      makeinventoryavailable: flag(!inactive),
      usebins: "F",
      isinactive: flag(!!inactive),
    })),
    ...floor.rows.map((row) => ({
      ...common,
      id: 100 + Number(row[floor.at("LocationID")]),
      name: row[floor.at("Name")]!,
      fullname: `Bothell : ${row[floor.at("Name")]}`,
      parent: WAREHOUSES.bothell,
      subsidiary: 1,
      locationtype: 2,
      makeinventoryavailable: "F",
      usebins: "F",
    })),
  ];
}

/** The class id of a source's sub-category: wholesale 101 and up, retail 301 and up by its place in the alphabet. */
export function classIds(
  archive: Archive,
): { ofSubcategory(id: string): number | null; ofRetail(name: string): number } {
  const retail = retailClasses(archive);
  return {
    ofSubcategory: (id) => id === "" ? null : 100 + Number(id),
    ofRetail: (name) => 301 + retail.subs.findIndex(([sub]) => sub === name),
  };
}

function retailClasses(archive: Archive): { tops: string[]; subs: [sub: string, top: string][] } {
  const { rows, at } = archive("retail_orderline");
  const tops = [...groupRows(rows, at("Category")).keys()].sort();
  const subs = [...groupRows(rows, at("Sub-Category"))].map(([sub, [row]]): [string, string] => [
    sub,
    row![at("Category")]!,
  ]);
  return { tops, subs: subs.sort(([a], [b]) => a < b ? -1 : 1) };
}

function classRows(archive: Archive, common: Row): Row[] {
  const tops = archive("productcategory");
  const subs = archive("productsubcategory");
  const names = new Map(tops.rows.map((row) => [row[tops.at("ProductCategoryID")]!, row[tops.at("Name")]!]));
  const retail = retailClasses(archive);
  const entry = (id: number, name: string, parent: number | null, over: string) => ({
    ...common,
    id,
    name,
    fullname: over ? `${over} : ${name}` : name,
    parent,
    includechildren: flag(parent === null),
  });
  return [
    ...[...names].map(([id, name]) => entry(Number(id), name, null, "")),
    ...subs.rows.map((row) => {
      const top = row[subs.at("ProductCategoryID")]!;
      const id = 100 + Number(row[subs.at("ProductSubcategoryID")]);
      return entry(id, row[subs.at("Name")]!, Number(top), names.get(top)!);
    }),
    ...retail.tops.map((name, index) => entry(201 + index, name, null, "")),
    ...retail.subs.map(([name, top], index) => entry(301 + index, name, 201 + retail.tops.indexOf(top), top)),
  ];
}

/** Years, quarters and months; ids as {@link periodId} computes them. Months older than two before the newest are closed. */
function periodRows(newest: number, opened: number): Row[] {
  const thisYear = Number(dayText(newest).slice(0, 4));
  const currentMonth = dayText(newest).slice(0, 7);
  const rows: Row[] = [];
  const add = (
    id: number,
    name: string,
    months: [from: number, count: number],
    year: number,
    parent: number | null,
  ) => {
    const [from, count] = months;
    const first = Date.UTC(year, from, 1) / 86_400_000;
    const last = Date.UTC(year, from + count, 1) / 86_400_000 - 1;
    const closed = dayText(last + 45).slice(0, 7) < currentMonth;
    rows.push({
      id,
      periodname: name,
      startdate: dayText(first),
      enddate: dayText(last),
      isposting: flag(count === 1),
      isyear: flag(count === 12),
      isquarter: flag(count === 3),
      isadjust: "F",
      closed: flag(closed),
      closedondate: closed ? timeText((last + 12) * 86_400 + 64_800) : null,
      alllocked: flag(closed),
      arlocked: flag(closed),
      aplocked: flag(closed),
      allownonglchanges: "T",
      parent,
      isinactive: "F",
      lastmodifieddate: timeText(closed ? Math.max(opened, (last + 12) * 86_400 + 64_800) : opened),
    });
  };
  for (let year = thisYear - 4; year <= thisYear + 1; year++) {
    add(year * 100, `FY ${year}`, [0, 12], year, null);
    for (let quarter = 0; quarter < 4; quarter++) {
      add(year * 100 + 50 + quarter, `Q${quarter + 1} ${year}`, [quarter * 3, 3], year, year * 100);
      for (let month = quarter * 3; month < quarter * 3 + 3; month++) {
        const name = new Date(Date.UTC(year, month, 1)).toLocaleString("en-US", { month: "short", timeZone: "UTC" });
        add(year * 100 + 1 + month, `${name} ${year}`, [month, 1], year, year * 100 + 50 + quarter);
      }
    }
  }
  return rows;
}

/** The accounting period (a month) a day falls into. */
export function periodId(day: number): number {
  const text = dayText(day);
  return Number(text.slice(0, 4)) * 100 + Number(text.slice(5, 7));
}

/** When the account was opened: the day before all stamps of the loader. The longest source spans 1,179 days. */
export function openingDay(yesterday: number): number {
  return yesterday - 1_300;
}
