/**
 * Features of the account and rights of the role: which tables, columns, rows and record types they leave.
 *
 * A missing right looks like a missing thing: no table, no column, fewer rows, without a word.
 */

/** What is gone when a feature is off: tables, and columns of that name in every table. */
export const FEATURES = {
  /** OneWorld. */
  subsidiaries: {
    tables: ["subsidiary", "customersubsidiaryrelationship", "vendorsubsidiaryrelationship"],
    columns: ["subsidiary"],
  },
  multiCurrency: { tables: ["currency"], columns: ["currency", "exchangerate"] },
  departments: { tables: ["department"], columns: ["department"] },
  classes: { tables: ["classification"], columns: ["class"] },
  locations: {
    tables: ["location", "aggregateitemlocation", "inventoryitemlocations", "assemblyitemlocations"],
    columns: ["location"],
  },
  multiBook: { tables: ["accountingbook"], columns: [] },
  assemblyItems: { tables: ["assemblyitemlocations"], columns: [] },
  promotions: { tables: ["promotioncode", "couponcode"], columns: [] },
  marketing: {
    tables: [
      "campaignaudience",
      "campaigncategory",
      "campaignchannel",
      "campaignevent",
      "campaignfamily",
      "campaignoffer",
      "campaignresponse",
      "campaignvertical",
    ],
    columns: [],
  },
  opportunities: { tables: [], columns: ["probability", "expectedclosedate", "projectedtotal"] },
} as const;
export type Feature = keyof typeof FEATURES;

/** How far a right goes; each includes those before it. */
export const LEVELS = ["none", "view", "create", "edit", "full"] as const;
export type Level = (typeof LEVELS)[number];

/** The tables and document types behind a permission. */
export const PERMISSIONS: Record<string, { tables?: string[]; types?: string[] }> = {
  "REST Web Services": {},
  "SuiteAnalytics Workbook": {},
  "Log in using Access Tokens": {},
  "Log in using OAuth 2.0 Access Tokens": {},
  "Find Transaction": {
    tables: [
      "transaction",
      "transactionline",
      "nexttransactionlinelink",
      "nexttransactionlink",
      "previoustransactionlinelink",
      "transactionaccountingline",
      "trackingnumber",
      "trackingnumbermap",
    ],
  },
  "Deleted Records": { tables: ["deletedrecord"] },
  Customer: {
    tables: ["customer", "customersubsidiaryrelationship", "customeraddressbook", "customeraddressbookentityaddress"],
  },
  Vendor: { tables: ["vendor", "itemvendor"] },
  Employee: { tables: ["employee"] },
  Contact: { tables: ["contact"] },
  Item: {
    tables: ["item", "pricing", "aggregateitemlocation", "inventoryitemlocations", "assemblyitemlocations"],
  },
  Class: { tables: ["classification"] },
  Department: { tables: ["department"] },
  Location: { tables: ["location"] },
  Account: { tables: ["account", "transactionaccountingline"] },
  Subsidiary: { tables: ["subsidiary"] },
  Currency: { tables: ["currency"] },
  "Accounting Period": { tables: ["accountingperiod"] },
  Term: { tables: ["term"] },
  "Price Level": { tables: ["pricelevel"] },
  Promotion: { tables: ["promotioncode", "couponcode"] },
  "Marketing Campaigns": {
    tables: [
      "campaignaudience",
      "campaigncategory",
      "campaignchannel",
      "campaignevent",
      "campaignfamily",
      "campaignoffer",
      "campaignresponse",
      "campaignvertical",
    ],
  },
  "Shipping Items": { tables: ["shipitem"] },
  "Accounting Book": { tables: ["accountingbook"] },
  "Customer Status": { tables: ["entitystatus"] },
  "Sales Territory": { tables: ["customrecord_sales_territory"] },
  "Custom Fields": { tables: ["customfield"] },
  "Sales Order": { types: ["SalesOrd"] },
  Quote: { types: ["Estimate"] },
  Opportunity: { types: ["Opprtnty"] },
  Invoice: { types: ["CustInvc"] },
  "Cash Sale": { types: ["CashSale"] },
  "Credit Memo": { types: ["CustCred"] },
  "Return Authorization": { types: ["RtnAuth"] },
  Payment: { types: ["CustPymt"] },
  "Item Fulfillment": { types: ["ItemShip"] },
  "Purchase Order": { types: ["PurchOrd"] },
  "Item Receipt": { types: ["ItemRcpt"] },
  Bill: { types: ["VendBill"] },
  "Bill Payment": { types: ["VendPymt"] },
};

/** The role of the integration's user. Permissions left out are full. */
export interface Role {
  permissions?: Record<string, Level | undefined>;
  /** Rows of other subsidiaries are left out. */
  subsidiaries?: number[];
  /** Documents of other departments are left out. */
  departments?: number[];
}

/** What an account shows. */
export interface View {
  /** `table` or `table.column` names that are gone. */
  hidden: string[];
  /** Document types that are left out. */
  hiddenTypes: string[];
  /** SQL conditions on rows, by table. */
  only: Record<string, string>;
}

/** Whether a role may do something. */
export function permits(role: Role | undefined, permission: string, level: Level): boolean {
  const has = role?.permissions?.[permission] ?? "full";
  return LEVELS.indexOf(has) >= LEVELS.indexOf(level);
}

/** What is left of an account's tables. */
export function viewOf(
  tables: Record<string, { columns: Record<string, string> }>,
  features: Partial<Record<Feature, boolean>>,
  role: Role | undefined,
): View {
  const hidden: string[] = [];
  for (const [feature, isOn] of Object.entries(features)) {
    if (isOn) continue;
    const gone = FEATURES[feature as Feature];
    hidden.push(...gone.tables);
    for (const [name, table] of Object.entries(tables)) {
      hidden.push(...gone.columns.filter((column) => column in table.columns).map((column) => `${name}.${column}`));
    }
  }
  const hiddenTypes: string[] = features.opportunities === false ? ["Opprtnty"] : [];
  for (const [permission, level] of Object.entries(role?.permissions ?? {})) {
    if (level !== "none") continue;
    hidden.push(...PERMISSIONS[permission]?.tables ?? []);
    hiddenTypes.push(...PERMISSIONS[permission]?.types ?? []);
  }
  return { hidden, hiddenTypes, only: rowsOf(role) };
}

function rowsOf(role: Role | undefined): Record<string, string> {
  const ofMain: string[] = [];
  const only: Record<string, string> = {};
  if (role?.subsidiaries) {
    const list = role.subsidiaries.map(Number).join(", ");
    ofMain.push(`subsidiary IN (${list})`);
    only.customer = `id IN (SELECT entity FROM "customersubsidiaryrelationship" WHERE subsidiary IN (${list}))`;
    only.customersubsidiaryrelationship = `subsidiary IN (${list})`;
    only.subsidiary = `id IN (${list})`;
    only.employee = `subsidiary IN (${list})`;
    only.location = `subsidiary IN (${list})`;
  }
  if (role?.departments) ofMain.push(`department IN (${role.departments.map(Number).join(", ")})`);
  if (ofMain.length) {
    const documents = `(SELECT "transaction" FROM "transactionline" WHERE mainline = 'T' AND ${ofMain.join(" AND ")})`;
    only.transaction = `id IN ${documents}`;
    for (const table of ["transactionline", "transactionaccountingline"]) only[table] = `"transaction" IN ${documents}`;
    for (const table of ["nexttransactionlinelink", "nexttransactionlink", "previoustransactionlinelink"]) {
      only[table] = `previousdoc IN ${documents}`;
    }
  }
  return only;
}
