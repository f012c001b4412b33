/**
 * What a role needs for a table, by the exact name that the role's page has for it. One list for the notices, the
 * connection check and docs/netsuite-setup.md.
 */
export const PERMISSIONS: Readonly<Record<string, { tab: string; name: string }>> = {
  account: { tab: "Lists", name: "Accounts" },
  aggregateitemlocation: { tab: "Lists", name: "Items" },
  classification: { tab: "Lists", name: "Classes" },
  currency: { tab: "Lists", name: "Currency" },
  customer: { tab: "Lists", name: "Customers" },
  deletedrecord: { tab: "Setup", name: "Deleted Records" },
  department: { tab: "Lists", name: "Departments" },
  employee: { tab: "Lists", name: "Employees" },
  item: { tab: "Lists", name: "Items" },
  location: { tab: "Lists", name: "Locations" },
  nexttransactionlinelink: { tab: "Transactions", name: "Find Transaction" },
  subsidiary: { tab: "Lists", name: "Subsidiaries" },
  transaction: { tab: "Transactions", name: "Find Transaction" },
  transactionline: { tab: "Transactions", name: "Find Transaction" },
  vendor: { tab: "Lists", name: "Vendors" },
};

/** Documents that the reports live on: a role that lacks their permission does not see them, without a word. */
export const DOCUMENT_PERMISSIONS: Readonly<Record<string, string>> = {
  SalesOrd: "Sales Order",
  ItemShip: "Item Fulfillment",
  CustInvc: "Invoice",
  PurchOrd: "Purchase Order",
  ItemRcpt: "Item Receipt",
};

/** How one signs in, by the permission that each way needs. */
export const LOGIN_PERMISSIONS: Readonly<Record<"tba" | "oauth2", string>> = {
  tba: "Log in using Access Tokens",
  oauth2: "Log in using OAuth 2.0 Access Tokens",
};
