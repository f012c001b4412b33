import { day, flag, instant, integer, joined, money, text } from "./column.ts";
import { type Content, stream } from "./define.ts";

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
    number: text("entityid"),
    firstName: text("firstname"),
    lastName: text("lastname"),
    email: text("email"),
    phone: text("phone"),
    title: text("title"),
    supervisor: integer("supervisor"),
    department: integer("department"),
    subsidiary: integer("subsidiary"),
    location: integer("location"),
    isSalesRep: flag("issalesrep"),
    hiredOn: day("hiredate"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
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
    number: text("entityid"),
    companyName: text("companyname"),
    altName: text("altname"),
    firstName: text("firstname"),
    lastName: text("lastname"),
    isPerson: flag("isperson"),
    email: text("email"),
    phone: text("phone"),
    url: text("url"),
    parent: integer("parent"),
    currency: joined("c", text("symbol"), "currencysymbol"),
    precision: joined("c", integer("currencyprecision"), "currencyprecision"),
    terms: integer("terms"),
    salesRep: integer("salesrep"),
    stage: text("searchstage"),
    territory: integer("territory"),
    creditLimitMinor: money("creditlimit"),
    createdAt: instant("datecreated"),
    firstOrderDate: day("firstorderdate"),
    lastOrderDate: day("lastorderdate"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
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
  columns: {
    number: text("entityid"),
    companyName: text("companyname"),
    altName: text("altname"),
    legalName: text("legalname"),
    isPerson: flag("isperson"),
    email: text("email"),
    phone: text("phone"),
    currency: joined("c", text("symbol"), "currencysymbol"),
    precision: joined("c", integer("currencyprecision"), "currencyprecision"),
    terms: integer("terms"),
    creditLimitMinor: money("creditlimit"),
    createdAt: instant("datecreated"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  shape: named,
  deletedTypes: ["vendor"],
});
