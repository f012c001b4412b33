import { type Column, day, decimal, flag, instant, integer, joined, money, text } from "./column.ts";
import { type Content, stream } from "./define.ts";

/** What every party has. */
const PARTY: Record<string, Column> = {
  number: text("entityid"),
  email: text("email"),
  phone: text("phone"),
  isInactive: flag("isinactive"),
  externalId: text("externalid"),
};

/** What a party has that we trade with. */
const TRADER: Record<string, Column> = {
  ...PARTY,
  companyName: text("companyname"),
  altName: text("altname"),
  isPerson: flag("isperson"),
  currency: joined("c", text("symbol"), "currencysymbol"),
  precision: joined("c", integer("currencyprecision"), "currencyprecision"),
  terms: integer("terms"),
  creditLimitMinor: money("creditlimit"),
  createdAt: instant("datecreated"),
};

const currencyJoin = { c: "LEFT JOIN currency c ON c.id = t.currency" };

/** The name people know a party by: the company's, else first and last name, else the alternative name, else its number. */
function named(content: Content): Content {
  const { companyName, altName, firstName, lastName, number } = content;
  const person = [firstName, lastName].filter(Boolean).join(" ");
  return { ...content, name: companyName || person || altName || number };
}

/** People of the company. */
export const employees = stream({
  name: "employees",
  table: "employee",
  columns: {
    ...PARTY,
    firstName: text("firstname"),
    lastName: text("lastname"),
    title: text("title"),
    supervisor: integer("supervisor"),
    department: integer("department"),
    subsidiary: integer("subsidiary"),
    location: integer("location"),
    isSalesRep: flag("issalesrep"),
    hiredOn: day("hiredate"),
  },
  shape: named,
  deletedTypes: ["employee"],
});

/** Who buys: companies and persons, leads and prospects among them. */
export const customers = stream({
  name: "customers",
  table: "customer",
  joins: currencyJoin,
  precision: "precision",
  columns: {
    ...TRADER,
    firstName: text("firstname"),
    lastName: text("lastname"),
    url: text("url"),
    parent: integer("parent"),
    salesRep: integer("salesrep"),
    stage: text("searchstage"),
    status: integer("entitystatus"),
    territory: integer("territory"),
    firstOrderDate: day("firstorderdate"),
    lastOrderDate: day("lastorderdate"),
  },
  shape: named,
  deletedTypes: ["customer", "lead", "prospect", "custjob"],
  indexes: [{ key: { name: 1 } }],
});

/** Who we buy from. */
export const vendors = stream({
  name: "vendors",
  table: "vendor",
  joins: currencyJoin,
  precision: "precision",
  columns: { ...TRADER, legalName: text("legalname") },
  shape: named,
  deletedTypes: ["vendor"],
});

/** People at the companies that we deal with. `company` is the id of a customer, vendor or other entity. */
export const contacts = stream({
  name: "contacts",
  table: "contact",
  columns: {
    ...PARTY,
    firstName: text("firstname"),
    lastName: text("lastname"),
    title: text("title"),
    company: integer("company"),
    createdAt: instant("datecreated"),
  },
  shape: named,
  deletedTypes: ["contact"],
  indexes: [{ key: { company: 1 } }],
});

/** Stages of leads, prospects, customers and opportunities. The table has no id: `key` identifies a row. */
export const entityStatuses = stream({
  name: "entity_statuses",
  table: "entitystatus",
  key: ["key"],
  cursor: null,
  proof: ["probability"],
  columns: {
    name: text("name"),
    entityType: text("entitytype"),
    probability: decimal("probability"),
    isInactive: flag("inactive"),
  },
  deletedTypes: ["entitystatus", "customerstatus"],
});
