/**
 * What a role needs for a table, by the exact name that the role's page has for it. One list for the notices, the
 * connection check and docs/netsuite-setup.md.
 */
export const PERMISSIONS: Readonly<Record<string, { tab: string; name: string }>> = {
  account: { tab: "Lists", name: "Accounts" },
  accountingbook: { tab: "Setup", name: "Accounting Book" },
  accountingperiod: { tab: "Setup", name: "Manage Accounting Periods" },
  aggregateitemlocation: { tab: "Lists", name: "Items" },
  campaignaudience: { tab: "Lists", name: "Marketing Campaigns" },
  campaigncategory: { tab: "Lists", name: "Marketing Campaigns" },
  campaignchannel: { tab: "Lists", name: "Marketing Campaigns" },
  campaignevent: { tab: "Lists", name: "Marketing Campaigns" },
  campaignfamily: { tab: "Lists", name: "Marketing Campaigns" },
  campaignoffer: { tab: "Lists", name: "Marketing Campaigns" },
  campaignresponse: { tab: "Lists", name: "Marketing Campaigns" },
  campaignvertical: { tab: "Lists", name: "Marketing Campaigns" },
  classification: { tab: "Lists", name: "Classes" },
  contact: { tab: "Lists", name: "Contacts" },
  couponcode: { tab: "Lists", name: "Promotion" },
  currency: { tab: "Lists", name: "Currency" },
  customer: { tab: "Lists", name: "Customers" },
  customfield: { tab: "Setup", name: "Custom Fields" },
  deletedrecord: { tab: "Setup", name: "Deleted Records" },
  department: { tab: "Lists", name: "Departments" },
  employee: { tab: "Lists", name: "Employees" },
  entitystatus: { tab: "Setup", name: "Customer Status" },
  item: { tab: "Lists", name: "Items" },
  location: { tab: "Lists", name: "Locations" },
  nexttransactionlinelink: { tab: "Transactions", name: "Find Transaction" },
  pricelevel: { tab: "Lists", name: "Price Levels" },
  pricing: { tab: "Lists", name: "Items" },
  promotioncode: { tab: "Lists", name: "Promotion" },
  shipitem: { tab: "Lists", name: "Shipping Items" },
  subsidiary: { tab: "Lists", name: "Subsidiaries" },
  term: { tab: "Lists", name: "Terms" },
  trackingnumber: { tab: "Transactions", name: "Find Transaction" },
  trackingnumbermap: { tab: "Transactions", name: "Find Transaction" },
  transaction: { tab: "Transactions", name: "Find Transaction" },
  transactionaccountingline: { tab: "Transactions", name: "Find Transaction" },
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
