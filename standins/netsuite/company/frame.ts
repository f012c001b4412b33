/** The fixed frame of the account, as plain lists: companies, places, departments, accounts, terms, status names. */

/** The three companies of the group. `currency` is the base currency its books are kept in. */
export const SUBSIDIARIES = [
  { id: 1, name: "Adventure Works Cycles", parent: null, currency: 1, country: "US", state: "WA" },
  { id: 2, name: "Adventure Works Canada", parent: 1, currency: 2, country: "CA", state: "ON" },
  { id: 3, name: "Adventure Works Europe", parent: 1, currency: 3, country: "DE", state: null },
] as const;

/** The sales channels, which are departments under "Sales". */
export const DEPARTMENTS = { wholesale: 2, web: 3, retail: 4, purchasing: 6 } as const;

/** Places that ship. Retail ships from the region an order comes from. */
export const WAREHOUSES = {
  bothell: 1,
  web: 2,
  East: 3,
  West: 4,
  Central: 5,
  South: 6,
  canada: 7,
  europe: 8,
} as const;

/** Ledger accounts that documents name. */
export const ACCOUNTS = {
  receivable: 6,
  inventory: 8,
  payable: 11,
  accrual: 12,
  income: 18,
  shippingIncome: 19,
  cogs: 22,
} as const;

/** Warehouses. */
export const LOCATIONS: [id: number, name: string, subsidiary: number, inactive?: true][] = [
  [1, "Bothell", 1],
  [2, "Reno Web Fulfilment", 1],
  [3, "Newark Retail", 1],
  [4, "Fresno Retail", 1],
  [5, "Dallas Retail", 1],
  [6, "Atlanta Retail", 1],
  [7, "Toronto", 2],
  [8, "Berlin", 3],
  [9, "Nashua (closed)", 1, true],
];

/** Departments with their parent. */
export const DEPARTMENT_ROWS: [id: number, name: string, parent: number | null][] = [
  [1, "Sales", null],
  [2, "Wholesale", 1],
  [3, "Web shop", 1],
  [4, "Retail", 1],
  [5, "Operations", null],
  [6, "Purchasing", 5],
  [7, "Finance", null],
  [8, "Marketing", null],
];

/** The chart of accounts. */
export const ACCOUNT_ROWS: [id: number, number: string, name: string, type: string][] = [
  [1, "1000", "Checking", "Bank"],
  [2, "1010", "Checking Canada", "Bank"],
  [3, "1020", "Checking Europe", "Bank"],
  [4, "1050", "Undeposited Funds", "OthCurrAsset"],
  [5, "1060", "Payment Provider Clearing", "OthCurrAsset"],
  [6, "1100", "Accounts Receivable", "AcctRec"],
  [7, "1150", "Prepaid Expenses", "OthCurrAsset"],
  [8, "1200", "Inventory Asset", "OthCurrAsset"],
  [9, "1500", "Warehouse Equipment", "FixedAsset"],
  [10, "1510", "Accumulated Depreciation", "FixedAsset"],
  [11, "2000", "Accounts Payable", "AcctPay"],
  [12, "2050", "Accrued Purchases", "OthCurrLiab"],
  [13, "2100", "Sales Taxes Payable", "OthCurrLiab"],
  [14, "2150", "VAT Payable", "OthCurrLiab"],
  [15, "2500", "Bank Loan", "LongTermLiab"],
  [16, "3000", "Common Stock", "Equity"],
  [17, "3200", "Retained Earnings", "Equity"],
  [18, "4000", "Sales", "Income"],
  [19, "4100", "Shipping Income", "Income"],
  [20, "4900", "Sales Discounts", "Income"],
  [21, "4950", "Exchange Gain", "OthIncome"],
  [22, "5000", "Cost of Goods Sold", "COGS"],
  [23, "5100", "Freight In", "COGS"],
  [24, "6000", "Wages", "Expense"],
  [25, "6100", "Rent", "Expense"],
  [26, "6200", "Advertising", "Expense"],
  [27, "7000", "Interest", "OthExpense"],
  [28, "9000", "Sales Orders", "NonPosting"],
  [29, "9010", "Purchase Orders", "NonPosting"],
];

/** Stages of a customer, with how likely a sale is at each. */
export const ENTITY_STATUSES: [key: number, name: string, entityType: string, probability: number][] = [
  [6, "Unqualified", "LEAD", 0],
  [7, "Qualified", "LEAD", 0.1],
  [8, "In Discussion", "PROSPECT", 0.4],
  [9, "Identified Decision Makers", "PROSPECT", 0.3],
  [10, "Proposal", "PROSPECT", 0.5],
  [11, "In Negotiation", "PROSPECT", 0.75],
  [12, "Purchasing", "PROSPECT", 0.9],
  [13, "Closed Won", "CUSTOMER", 1],
  [14, "Closed Lost", "PROSPECT", 0],
  [15, "Renewal", "CUSTOMER", 1],
];

/** Payment terms; `due` days after the document's date. */
export const TERMS = [
  { id: 1, name: "Net 15", due: 15, discount: null },
  { id: 2, name: "Net 30", due: 30, discount: null },
  { id: 3, name: "Net 60", due: 60, discount: null },
  { id: 4, name: "Due on receipt", due: 0, discount: null },
  { id: 5, name: "1% 10 Net 30", due: 30, discount: 1 },
] as const;

/** Display names of document types, then each type's status letters with their names. */
export const STATUSES: Record<string, [display: string, letters: Record<string, string>]> = {
  SalesOrd: ["Sales Order", {
    A: "Pending Approval",
    B: "Pending Fulfillment",
    C: "Cancelled",
    D: "Partially Fulfilled",
    E: "Pending Billing/Partially Fulfilled",
    F: "Pending Billing",
    G: "Billed",
    H: "Closed",
  }],
  CustInvc: ["Invoice", { A: "Open", B: "Paid In Full", D: "Pending Approval", E: "Rejected", V: "Voided" }],
  ItemShip: ["Item Fulfillment", { A: "Picked", B: "Packed", C: "Shipped" }],
  PurchOrd: ["Purchase Order", {
    A: "Pending Supervisor Approval",
    B: "Pending Receipt",
    C: "Rejected by Supervisor",
    D: "Partially Received",
    E: "Pending Billing/Partially Received",
    F: "Pending Bill",
    G: "Fully Billed",
    H: "Closed",
  }],
  ItemRcpt: ["Item Receipt", { Y: "Undefined" }],
  CashSale: ["Cash Sale", { A: "Unapproved Payment", B: "Not Deposited", C: "Deposited" }],
  CustPymt: ["Payment", { A: "Unapproved Payment", B: "Not Deposited", C: "Deposited" }],
  CustCred: ["Credit Memo", { A: "Open", B: "Fully Applied", V: "Voided" }],
  InvAdjst: ["Inventory Adjustment", { B: "Approved for Posting" }],
  InvTrnfr: ["Inventory Transfer", { B: "Approved for Posting" }],
  Opprtnty: ["Opportunity", { A: "In Progress", B: "Issued Estimate", C: "Closed - Won", D: "Closed - Lost" }],
  VendPymt: ["Bill Payment", {
    A: "Pending Approval",
    B: "In-Transit",
    C: "Confirmed",
    D: "Rejected",
    F: "Approved",
    V: "Voided",
  }],
  Estimate: ["Quote", { A: "Open", B: "Processed", C: "Closed", V: "Voided", X: "Expired" }],
  RtnAuth: ["Return Authorization", {
    A: "Pending Approval",
    B: "Pending Receipt",
    C: "Cancelled",
    D: "Partially Received",
    E: "Pending Refund/Partially Received",
    F: "Pending Refund",
    G: "Refunded",
    H: "Closed",
  }],
  VendBill: ["Bill", { A: "Open", B: "Paid In Full", C: "Cancelled", D: "Pending Approval", E: "Rejected" }],
  TrnfrOrd: ["Transfer Order", {
    A: "Pending Approval",
    B: "Pending Fulfillment",
    C: "Rejected",
    D: "Partially Fulfilled",
    F: "Pending Receipt",
    G: "Received",
    H: "Closed",
  }],
  Journal: ["Journal", { A: "Pending Approval", B: "Approved for Posting" }],
};
