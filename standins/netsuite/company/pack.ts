/**
 * Makes `data/*.csv.gz` from the source tables: `deno run -A standins/netsuite/company/pack.ts SOURCE_FOLDER`.
 *
 * Keeps only the columns and rows that the loader reads; cells are verbatim, in the order of the source. The same source
 * files give the same bytes on every machine: the gzip is written by fflate (not the system's zlib) without a time stamp.
 */
import { gzipSync } from "fflate";
import { formatCsv, parseCsv } from "./csv.ts";

interface Recipe {
  /** Name in the source folder, without `.csv`. */
  from: string;
  columns: string[];
  /** Rows to keep, by the cell of a named column; default all. */
  where?: (cell: (column: string) => string, source: (name: string) => Source) => boolean;
}
interface Source {
  header: string[];
  rows: string[][];
}

/** What goes into the archive, by the name it gets there. */
export const RECIPES: Record<string, Recipe> = {
  reseller_order: {
    from: "aw_reseller_order",
    columns: words("SalesOrderID OrderDate DueDate ShipDate EmployeeID_FK CustomerID_FK TaxAmt Freight"),
  },
  reseller_orderline: {
    from: "aw_reseller_orderline",
    columns: words("SalesOrderID ProductID_FK OrderQty UnitPrice UnitPriceDiscount LineTotal"),
  },
  reseller_customer: { from: "aw_reseller_customer", columns: words("CustomerID_K FirstName LastName") },
  employee: {
    from: "aw_employee",
    columns: words("EmployeeID_K ManagerID EmployeeFullName JobTitle Territory Group"),
  },
  web_orderline: {
    from: "aw_internet_orderline_2021",
    columns: words("SalesOrderNumber OrderDate CustomerName EmailAddress Item Quantity UnitPrice TaxAmount"),
  },
  retail_orderline: {
    from: "superstore_orderline_2014_2016",
    columns: [
      "Order ID",
      "Order Date",
      "Ship Date",
      "Ship Mode",
      "Customer ID",
      "Customer Name",
      "Segment",
      "Region",
      "Product ID",
      "Category",
      "Sub-Category",
      "Product Name",
      "Sales",
      "Quantity",
      "Discount",
      "Profit",
    ],
  },
  product: {
    from: "aw_product",
    columns: words(`ProductID Name ProductNumber MakeFlag FinishedGoodsFlag Color SafetyStockLevel ReorderPoint
      StandardCost ListPrice Weight DaysToManufacture ProductSubcategoryID SellEndDate`),
  },
  productcategory: { from: "aw_productcategory", columns: words("ProductCategoryID Name") },
  productsubcategory: { from: "aw_productsubcategory", columns: words("ProductSubcategoryID ProductCategoryID Name") },
  productinventory: { from: "aw_productinventory", columns: words("ProductID LocationID Quantity") },
  productvendor: {
    from: "aw_productvendor",
    columns: words("ProductID BusinessEntityID AverageLeadTime StandardPrice LastReceiptCost"),
  },
  location: { from: "aw_location", columns: words("LocationID Name") },
  vendor: { from: "aw_vendor", columns: words("BusinessEntityID AccountNumber Name ActiveFlag") },
  purchaseorderheader: {
    from: "aw_purchaseorderheader",
    columns: words("PurchaseOrderID Status EmployeeID VendorID ShipMethodID OrderDate ShipDate TaxAmt Freight"),
  },
  purchaseorderdetail: {
    from: "aw_purchaseorderdetail",
    columns: words("PurchaseOrderID DueDate OrderQty ProductID UnitPrice LineTotal ReceivedQty RejectedQty"),
  },
  shipmethod: { from: "aw_shipmethod", columns: words("ShipMethodID Name") },
  /** Only the accounts of people who ordered as resellers: the web shop's customers are known by e-mail. */
  customer: {
    from: "aw_customer",
    columns: words("CustomerID PersonID StoreID TerritoryID AccountNumber"),
    where: (cell, source) => cell("PersonID") !== "" && values(source("aw_reseller_customer"), 0).has(cell("PersonID")),
  },
  store: { from: "aw_store", columns: words("BusinessEntityID Name") },
  specialoffer: {
    from: "aw_specialoffer",
    columns: words("SpecialOfferID Description DiscountPct Type Category StartDate EndDate MinQty MaxQty"),
  },
  salesterritory: { from: "aw_salesterritory", columns: words("TerritoryID Name CountryRegionCode") },
};

const sets = new WeakMap<Source, Set<string>>();
function values(source: Source, column: number): Set<string> {
  let set = sets.get(source);
  if (!set) sets.set(source, set = new Set(source.rows.map((row) => row[column]!)));
  return set;
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/**
 * Packs every recipe.
 *
 * @param read gives the bytes of a source table, by its name without `.csv`
 * @returns the bytes of each archive file by name, e.g. `product.csv.gz`
 * @throws {Error} when a source table lacks a column that a recipe needs
 */
export function pack(read: (name: string) => Uint8Array): Map<string, Uint8Array> {
  const sources = new Map<string, Source>();
  const source = (name: string): Source => {
    let found = sources.get(name);
    if (!found) sources.set(name, found = parseCsv(new TextDecoder("utf-8", { fatal: true }).decode(read(name))));
    return found;
  };
  const files = new Map<string, Uint8Array>();
  for (const [name, recipe] of Object.entries(RECIPES)) {
    const { header, rows } = source(recipe.from);
    const at = new Map(header.map((column, index) => [column, index]));
    const wanted = recipe.columns.map((column) => {
      const index = at.get(column);
      if (index === undefined) throw new Error(`Cannot pack ${name}: "${recipe.from}.csv" has no column "${column}"`);
      return index;
    });
    const kept = rows.filter((row) => recipe.where?.((column) => row[at.get(column)!] ?? "", source) ?? true);
    const text = formatCsv(recipe.columns, kept.map((row) => wanted.map((index) => row[index]!)));
    files.set(`${name}.csv.gz`, gzipSync(new TextEncoder().encode(text), { level: 9, mtime: 0 }));
  }
  return files;
}

if (import.meta.main) {
  const folder = Deno.args[0];
  if (!folder) {
    console.error("Cannot pack: name the folder of the source CSV files as the only argument");
    Deno.exit(2);
  }
  let total = 0;
  for (const [name, bytes] of pack((table) => Deno.readFileSync(`${folder}/${table}.csv`))) {
    Deno.writeFileSync(new URL(`./data/${name}`, import.meta.url), bytes);
    total += bytes.length;
  }
  console.log(`packed ${Object.keys(RECIPES).length} tables, ${total} bytes`);
}
