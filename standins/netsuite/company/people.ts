/** Everybody in the account: employees, customers, vendors. They share one id space, as in NetSuite. */
import type { Archive } from "./archive.ts";
import { DAY, dayText, timeText } from "./days.ts";
import type { Buyer, Channel } from "./orders.ts";
import { between, pick, type Random, randomFor } from "./random.ts";
import { flag, type Row } from "./rows.ts";
import { ACCOUNTS, DEPARTMENTS } from "./frame.ts";

/** Customers get ids from here up; employees and vendors keep the source's, which are all lower. */
const FIRST_CUSTOMER = 10_001;

/** Staff that the sources do not name, invented; the ids of buyers are those that purchase orders carry. */
const STAFF: [id: number, first: string, last: string, title: string, department: number, supervisor: number | null][] =
  [
    [201, "Ingrid", "Halvorsen", "Chief Executive", 1, null],
    [202, "Marcus", "O'Dowd", "Head of Operations", 5, 201],
    [203, "Wei", "Zhang", "Controller", 7, 201],
    [204, "Noa", "Ben-Ari", "Head of Marketing", 8, 201],
    [205, "Priya", "Raman", "Sales Director", 1, 201],
    [206, "Tomasz", "Wiśniewski", "Warehouse Lead", 5, 202],
    [207, "Dolores", "Quintero", "Warehouse Lead", 5, 202],
    [208, "Élise", "Fournier", "Web Shop Manager", 3, 205],
    [209, "Grant", "Mbeki", "Retail Manager", 4, 205],
    [250, "Hanna", "Lindqvist", "Purchasing Manager", 6, 202],
    [251, "Owen", "Pritchard", "Buyer", 6, 250],
    [252, "Sofia", "Marchetti", "Buyer", 6, 250],
    [253, "Kenji", "Arakawa", "Buyer", 6, 250],
    [254, "Leila", "Haddad", "Buyer", 6, 250],
    [255, "Paul", "Stegemann", "Buyer", 6, 250],
    [256, "Abena", "Owusu", "Buyer", 6, 250],
    [257, "Ross", "Delaney", "Buyer", 6, 250],
    [258, "Mirela", "Ionescu", "Buyer", 6, 250],
    [259, "Tariq", "Aziz", "Buyer", 6, 250],
    [260, "Gwen", "Foxley", "Assistant Buyer", 6, 250],
    [261, "Lars", "Dahl", "Assistant Buyer", 6, 250],
  ];

/** Employees who have left. */
const LEFT = new Set([207]);

/** The employee table's rows. Salespeople are the source's, with their ids; `opened` and `now` in seconds. */
export function employeeRows(archive: Archive, seed: number, opened: number, now: number): Row[] {
  const { rows, at } = archive("employee");
  const sales = rows.map((row) => {
    const cell = (column: string) => row[at(column)] === "NULL" ? null : row[at(column)]!;
    // The source lost the accented letter of one name: U+FFFD stands where José had it.
    const [first, ...rest] = cell("EmployeeFullName")!.replace("Jos\uFFFD", "José").split(" ");
    const subsidiary = cell("Group") === "Europe" || /European/.test(cell("JobTitle")!)
      ? 3
      : cell("Territory") === "Canada"
      ? 2
      : 1;
    return {
      id: Number(cell("EmployeeID_K")),
      first: first!,
      last: rest.join(" "),
      title: cell("JobTitle")!,
      department: DEPARTMENTS.wholesale as number,
      supervisor: cell("ManagerID") ? Number(cell("ManagerID")) : 205,
      subsidiary,
      sells: true,
    };
  });
  const staff = STAFF.map(([id, first, last, title, department, supervisor]) => ({
    id,
    first,
    last,
    title,
    department,
    supervisor,
    subsidiary: 1,
    sells: false,
  }));
  return [...staff, ...sales].map(({ id, first, last, title, department, supervisor, subsidiary, sells }) => {
    const random = randomFor(seed, `employee ${id}`);
    const hired = Math.floor(opened / DAY) - between(random, 30, 3_000);
    return {
      id,
      entityid: `E${id}`,
      firstname: first,
      lastname: last,
      email: `${ascii(first)}.${ascii(last)}@example.com`,
      phone: phone(random),
      title,
      department,
      subsidiary,
      supervisor,
      currency: subsidiary,
      issalesrep: flag(sells),
      hiredate: dayText(hired),
      purchaseorderlimit: title.includes("Buyer") ? 25_000 : null,
      isinactive: flag(LEFT.has(id)),
      datecreated: timeText(opened),
      lastmodifieddate: timeText(opened + between(random, 0, Math.max(1, now - opened - DAY))),
    };
  });
}

/** What the orders say about a buyer: first and last order, newest stamp. Days and seconds. */
export interface Purchases {
  firstDay: number;
  lastDay: number;
  firstCreated: number;
  lastCreated: number;
  lastSaleDay: number | null;
  terms: number;
  salesRep: number | null;
}

/** Gives every buyer a customer id, in the order in which they first bought. */
export function customerIds(buyers: Map<string, { purchases: Purchases }>): Map<string, number> {
  const inOrder = [...buyers].sort(([a, x], [b, y]) =>
    x.purchases.firstCreated - y.purchases.firstCreated || (a < b ? -1 : 1)
  );
  return new Map(inOrder.map(([key], index) => [key, FIRST_CUSTOMER + index]));
}

/** Names that break careless software, given to a few customers. */
const HARD_NAMES = [
  'Ümlaut & Søn\'s "Bikes"',
  "דלתא אופניים",
  "🚴 Pedal Power, Inc.",
  "O'Neil\tCycles",
  "=Cycle+Co",
  "ＡＢＣ自転車",
];

/** Rows of the customer table and of the subsidiaries that customers belong to. */
export function customerRows(
  buyers: Map<string, { buyer: Buyer; purchases: Purchases }>,
  ids: Map<string, number>,
  seed: number,
  opened: number,
  now: number,
): { customers: Row[]; subsidiaries: Row[] } {
  const customers: Row[] = [], subsidiaries: Row[] = [];
  const today = Math.floor(now / DAY);
  // Office staff load retail accounts from a file; its last run changed them all within one second.
  const retailImport = (today - 61) * DAY + 3 * 3600;
  const sorted = [...buyers.entries()].sort(([a], [b]) => ids.get(a)! - ids.get(b)!);
  sorted.forEach(([key, { buyer, purchases }], index) => {
    const id = ids.get(key)!;
    const random = randomFor(seed, `customer ${key}`);
    const isPerson = buyer.channel !== "wholesale";
    const name = index % 97 === 11 ? HARD_NAMES[Math.floor(index / 97) % HARD_NAMES.length]! : buyer.name;
    const [first, ...rest] = name.split(" ");
    const created = createdAt(buyer.channel, purchases.firstCreated, opened, random);
    const edited = random() < 0.05 ? between(random, purchases.lastCreated, now - 60) : purchases.lastCreated;
    const modified = Math.max(created, edited, buyer.channel === "retail" ? retailImport : 0);
    const row: Row = {
      id,
      entityid: `CUST${id}`,
      altname: name,
      companyname: isPerson ? null : name,
      isperson: flag(isPerson),
      firstname: isPerson ? first! : null,
      lastname: isPerson ? rest.join(" ") || null : null,
      email: buyer.email ?? (random() < 0.8 ? `${ascii(buyer.name).replaceAll(" ", ".")}@example.com` : null),
      phone: random() < 0.7 ? phone(random) : null,
      accountnumber: isPerson ? null : key,
      currency: buyer.currency,
      terms: purchases.terms,
      salesrep: purchases.salesRep,
      searchstage: "Customer",
      entitystatus: 13,
      creditlimit: isPerson ? null : pick(random, [10_000, 25_000, 50_000, 100_000, 250_000]),
      oncredithold: "AUTO",
      datecreated: timeText(created),
      lastmodifieddate: timeText(modified),
      firstorderdate: dayText(purchases.firstDay),
      lastorderdate: dayText(purchases.lastDay),
      lastsaledate: purchases.lastSaleDay === null ? null : dayText(purchases.lastSaleDay),
      isinactive: flag(random() < 0.02 && purchases.lastDay < today - 200),
      externalid: buyer.channel === "web" ? null : key,
      custentity_segment: buyer.segment,
    };
    customers.push(row);
    subsidiaries.push({ id: subsidiaries.length + 1, entity: id, subsidiary: buyer.subsidiary, isprimarysub: "T" });
    if (!isPerson && buyer.subsidiary !== 1 && random() < 0.2) {
      subsidiaries.push({ id: subsidiaries.length + 1, entity: id, subsidiary: 1, isprimarysub: "F" });
    }
  });
  return { customers, subsidiaries };
}

/** Retail accounts came over when the account opened; resellers mostly so; web customers register as they buy. */
function createdAt(channel: Channel, firstOrder: number, opened: number, random: Random): number {
  if (channel === "retail") return opened;
  if (channel === "wholesale") {
    return random() < 0.6 ? opened : Math.max(opened, firstOrder - between(random, 1, 40) * DAY);
  }
  return firstOrder - between(random, 40, 900);
}

/** The vendor table's rows; ids are the source's. */
export function vendorRows(archive: Archive, seed: number, opened: number, now: number): Row[] {
  const { rows, at } = archive("vendor");
  return rows.map((row) => {
    const cell = (column: string) => row[at(column)]!;
    const id = Number(cell("BusinessEntityID"));
    const random = randomFor(seed, `vendor ${id}`);
    const slug = ascii(cell("Name")).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    return {
      id,
      entityid: `VEND${id}`,
      altname: cell("Name"),
      companyname: cell("Name"),
      legalname: cell("Name"),
      isperson: "F",
      email: `orders@${slug}.example.com`,
      phone: phone(random),
      accountnumber: cell("AccountNumber"),
      currency: 1,
      terms: between(random, 1, 3),
      payablesaccount: ACCOUNTS.payable,
      datecreated: timeText(opened),
      lastmodifieddate: timeText(opened + between(random, 0, Math.max(1, now - opened - DAY))),
      isinactive: flag(cell("ActiveFlag") === "0"),
      externalid: cell("AccountNumber"),
    };
  });
}

/** Lower-case letters without accents, for addresses. */
export function ascii(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f']/g, "").replaceAll("ś", "s").toLowerCase();
}

/** A number of the range kept for fiction, 555-01xx. */
export function phone(random: Random): string {
  return `(${between(random, 201, 989)}) 555-01${String(between(random, 0, 99)).padStart(2, "0")}`;
}
