/** Rows of the setup tables: subsidiaries, places, departments, classes, currencies, terms, accounts, periods, status names. */
import { dayText, timeText } from "./days.ts";
import {
  ACCOUNT_ROWS,
  ACCOUNTS,
  DEPARTMENT_ROWS,
  ENTITY_STATUSES,
  LOCATIONS,
  STATUSES,
  SUBSIDIARIES,
  TERMS,
  WAREHOUSES,
} from "./frame.ts";
import { CURRENCIES, exchangeRate } from "./money.ts";
import { flag, type Row } from "./rows.ts";
import { type Archive, groupRows } from "./archive.ts";

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
    entitystatus: ENTITY_STATUSES.map(([key, name, entitytype, probability]) => ({
      key,
      name,
      entitytype,
      probability,
      inactive: "F",
    })),
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
