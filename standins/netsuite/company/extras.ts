/** Rows of the smaller tables around the main ones: contacts, prices, vendors' prices, the catalogue of custom fields, territories. */
import type { Archive } from "./archive.ts";
import { catalogueRows } from "./custom_fields.ts";
import { timeText } from "./days.ts";
import type { Item } from "./items.ts";
import { ascii, phone } from "./people.ts";
import { round } from "./money.ts";
import { randomFor } from "./random.ts";
import { flag, type Row } from "./rows.ts";

/** Contacts stand between vendors and customers in the id space that all entities share. */
const FIRST_CONTACT = 5_001;

/**
 * Rows by table. The people who order for resellers are the source's, and so are prices of items and of vendors.
 *
 * @param customers rows of the customer table
 * @param opened when the account was set up, seconds
 */
export function extraRows(
  archive: Archive,
  items: Item[],
  customers: Row[],
  seed: number,
  opened: number,
): Record<string, Row[]> {
  const stamp = timeText(opened);
  const known = new Set(items.map((item) => item.id));
  return {
    accountingbook: [{
      id: 1,
      name: "Primary Accounting Book",
      isprimary: "T",
      isadjustmentonly: "F",
      isconsolidated: "F",
      lastmodifieddate: stamp,
    }],
    contact: contactRows(archive, customers, seed, opened),
    pricelevel: [[1, "Base Price", "F"], [2, "Reseller Price", "F"], [3, "Online Price", "T"]].map((
      [id, name, isOnline],
    ) => ({ id: id!, name: name!, isonline: isOnline!, isinactive: "F", lastmodifieddate: stamp })),
    pricing: priceRows(items),
    itemvendor: vendorPrices(archive).filter((row) => known.has(Number(row.item))),
    customfield: catalogueRows(stamp),
    customrecord_sales_territory: territoryRows(archive, stamp),
  };
}

/** Resellers pay what is left of the list price, from eleven units on less; the shop charges a little less than the list. */
const PRICES: [level: number, quantity: number, share: number][] = [[1, 0, 1], [2, 0, 0.6], [2, 11, 0.55], [
  3,
  0,
  0.98,
]];

/** The source's list price of each item in dollars, and what the other levels make of it. */
function priceRows(items: Item[]): Row[] {
  return items.filter((item) => item.price > 0).flatMap((item) =>
    PRICES.map(([pricelevel, quantity, share]) => ({
      item: item.id,
      pricelevel,
      quantity,
      unitprice: round(item.price * share, 4),
      currency: 1,
    }))
  ).map((row, index) => ({ internalid: index + 1, ...row }));
}

/** The person who orders for each reseller. */
function contactRows(archive: Archive, customers: Row[], seed: number, opened: number): Row[] {
  const accounts = archive("customer"), people = archive("reseller_customer");
  const names = new Map(people.rows.map((row) => [row[people.at("CustomerID_K")]!, row]));
  const personOf = new Map(
    accounts.rows.map((row) => [row[accounts.at("AccountNumber")]!, row[accounts.at("PersonID")]!]),
  );
  return customers.flatMap((customer) => {
    const person = names.get(personOf.get(String(customer.accountnumber)) ?? "");
    if (!person) return [];
    const [first, last] = [person[people.at("FirstName")]!, person[people.at("LastName")]!];
    return [{ customer, first, last }];
  }).map(({ customer, first, last }, index) => {
    const id = FIRST_CONTACT + index;
    return {
      id,
      entityid: `${first} ${last}`,
      firstname: first,
      lastname: last,
      company: customer.id!,
      title: "Buyer",
      email: `${ascii(first)}.${ascii(last)}.${id}@example.com`.replaceAll(" ", ""),
      phone: phone(randomFor(seed, `contact ${id}`)),
      isinactive: customer.isinactive ?? "F",
      datecreated: customer.datecreated ?? timeText(opened),
      lastmodifieddate: customer.datecreated ?? timeText(opened),
    };
  });
}

function vendorPrices(archive: Archive): Row[] {
  const { rows, at } = archive("productvendor");
  const seen = new Set<string>();
  return rows.map((row) => {
    const item = row[at("ProductID")]!;
    const isFirst = !seen.has(item);
    seen.add(item);
    return {
      item: Number(item),
      vendor: Number(row[at("BusinessEntityID")]),
      preferredvendor: flag(isFirst),
      purchaseprice: Number(row[at("LastReceiptCost")] || row[at("StandardPrice")]),
    };
  });
}

function territoryRows(archive: Archive, stamp: string): Row[] {
  const { rows, at } = archive("salesterritory");
  return rows.map((row) => ({
    id: Number(row[at("TerritoryID")]),
    recordid: Number(row[at("TerritoryID")]),
    name: row[at("Name")]!,
    custrecord_territory_country: row[at("CountryRegionCode")]!,
    isinactive: "F",
    created: stamp,
    lastmodified: stamp,
    lastmodifiedby: 205,
    owner: 205,
  }));
}
