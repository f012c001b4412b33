/** Master data in the simulated life: customers, items, vendors, employees. Each function returns false where nothing fits. */
import { fromCents, round, toCents } from "../money.ts";
import { ascii, phone } from "../people.ts";
import { between, pick } from "../random.ts";
import type { Row } from "../rows.ts";
import { someMemo } from "../texts.ts";
import type { Session, Stored, Touchable } from "./session.ts";

const FIRST = [
  "Amara",
  "Björn",
  "Chloé",
  "Dmitri",
  "Esra",
  "Fergus",
  "Gülay",
  "Hugo",
  "Ines",
  "Jörg",
  "Keiko",
  "Liam",
  "Mei",
  "Nuala",
];
const LAST = [
  "Adeyemi",
  "Brandt",
  "Castellanos",
  "D'Angelo",
  "Eriksen",
  "Fitzgerald",
  "Ghosh",
  "Hwang",
  "Ivanova",
  "Núñez",
  "O'Hara",
  "Żak",
];
const SHOPS = ["Cycles", "Bike Works", "Velo", "Pedals & Co", "Wheel House", "Riders' Den", 'Two Wheels "24/7"'];

/** A customer registers, one in four a reseller. */
export function newCustomer(session: Session): boolean {
  const { random } = session;
  const id = session.next("entity");
  const isPerson = random() < 0.75;
  const [first, last] = [pick(random, FIRST), pick(random, LAST)];
  const company = `${last} ${pick(random, SHOPS)}`;
  const subsidiary = isPerson ? 1 : pick(random, [1, 1, 1, 2, 3]);
  session.insert("customer", {
    id,
    entityid: `CUST${id}`,
    altname: isPerson ? `${first} ${last}` : company,
    companyname: isPerson ? null : company,
    isperson: isPerson ? "T" : "F",
    firstname: isPerson ? first : null,
    lastname: isPerson ? last : null,
    email: `${ascii(first)}.${ascii(last)}.${id}@example.com`,
    phone: phone(random),
    currency: subsidiary,
    terms: isPerson ? 4 : 2,
    salesrep: isPerson ? null : between(random, 275, 284),
    searchstage: "Customer",
    entitystatus: 13,
    creditlimit: isPerson ? null : 10_000,
    oncredithold: "AUTO",
    datecreated: session.stamp,
    lastmodifieddate: session.stamp,
    isinactive: "F",
    custentity_segment: isPerson ? pick(random, ["Web", "Web", "Consumer"]) : "Reseller",
  });
  session.insert("customersubsidiaryrelationship", {
    id: session.next("relationship"),
    entity: id,
    subsidiary,
    isprimarysub: "T",
  });
  session.touch("customer", id);
  return true;
}

/** A random row of a table of records: the first from a random id on. */
function pickRecord(session: Session, table: Touchable, where = "1 = 1"): Stored | null {
  const range = session.one(`SELECT MIN(id) AS low, MAX(id) AS high FROM "${table}"`);
  if (!range?.low) return null;
  const from = between(session.random, Number(range.low), Number(range.high));
  return session.one(`SELECT * FROM "${table}" WHERE id >= ? AND ${where} ORDER BY id LIMIT 1`, from);
}

/** Contact data, terms or credit of a customer. */
export function editCustomer(session: Session): boolean {
  const { random } = session;
  const row = pickRecord(session, "customer");
  if (!row) return false;
  session.update(
    "customer",
    Number(row.id),
    pick<Row>(random, [
      { phone: phone(random) },
      { email: `new.${row.id}.${between(random, 1, 999)}@example.com` },
      { terms: between(random, 1, 5) },
      { creditlimit: between(random, 1, 50) * 5_000 },
      { altname: `${String(row.altname ?? "")} ✓`.slice(0, 83) },
    ]),
  );
  return true;
}

/** Cost, name, colour or description of an item. */
export function editItem(session: Session): boolean {
  const { random } = session;
  const row = pickRecord(session, "item", "itemtype IN ('InvtPart', 'Assembly', 'NonInvtPart', 'Service')");
  if (!row) return false;
  const cost = toCents(Number(row.cost ?? 10) * (0.92 + random() * 0.2));
  session.update(
    "item",
    Number(row.id),
    pick<Row>(random, [
      { cost: fromCents(cost), averagecost: row.averagecost === null ? null : round(cost / 100, 4) },
      { displayname: `${String(row.displayname).replace(/ rev\. \d+$/, "")} rev. ${between(random, 2, 99)}` },
      { custitem_color: pick(random, ["Black", "Red", "Silver", "Blue", "Multi", "Très Vert"]) },
      { description: someMemo(random) },
    ]),
  );
  return true;
}

/** Contact data or terms of a vendor. */
export function editVendor(session: Session): boolean {
  const { random } = session;
  const row = pickRecord(session, "vendor");
  if (!row) return false;
  session.update(
    "vendor",
    Number(row.id),
    pick<Row>(random, [
      { phone: phone(random) },
      { terms: between(random, 1, 3) },
      { email: `sales.${row.id}.${between(random, 1, 99)}@example.com` },
    ]),
  );
  return true;
}

/** Phone or title of an employee. */
export function editEmployee(session: Session): boolean {
  const { random } = session;
  const row = pickRecord(session, "employee");
  if (!row) return false;
  const title = String(row.title ?? "Clerk");
  const titles = { title: title.startsWith("Senior ") ? title.slice(7) : `Senior ${title}` };
  session.update("employee", Number(row.id), random() < 0.5 ? { phone: phone(random) } : titles);
  return true;
}

/** A record is made inactive, or active again: it stays. */
export function toggleActive(session: Session): boolean {
  const table = pick(session.random, ["customer", "item", "vendor"] as const);
  const row = pickRecord(session, table);
  if (!row) return false;
  session.update(table, Number(row.id), { isinactive: row.isinactive === "T" ? "F" : "T" });
  return true;
}

/** A customer that never bought anything is deleted. */
export function deleteCustomer(session: Session): boolean {
  const row = session.one(
    `SELECT id, entityid FROM "customer" c WHERE firstorderdate IS NULL
      AND NOT EXISTS (SELECT 1 FROM "transaction" t WHERE t.entity = c.id) ORDER BY id DESC LIMIT 1`,
  );
  if (!row) return false;
  session.run('DELETE FROM "customersubsidiaryrelationship" WHERE entity = ?', row.id!);
  session.run('DELETE FROM "customer" WHERE id = ?', row.id!);
  session.recordDeletion("customer", Number(row.id), String(row.entityid));
  return true;
}
