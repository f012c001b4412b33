import { day, decimal, flag, instant, integer, joined, text } from "./column.ts";
import { idList } from "./custom.ts";
import { stream } from "./define.ts";

/** The chart of accounts. */
export const accounts = stream({
  name: "accounts",
  table: "account",
  joins: { c: "LEFT JOIN currency c ON c.id = t.currency" },
  columns: {
    number: text("acctnumber"),
    name: text("fullname"),
    displayName: text("accountsearchdisplayname"),
    hierarchyName: text("displaynamewithhierarchy"),
    type: text("accttype"),
    parent: integer("parent"),
    subsidiaries: idList("subsidiary"),
    currency: joined("c", text("symbol"), "currencysymbol"),
    generalRate: text("generalrate"),
    cashFlowRate: text("cashflowrate"),
    description: text("description"),
    isEliminated: flag("eliminate"),
    isInventory: flag("inventory"),
    isSummary: flag("issummary"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["account"],
  indexes: [{ key: { number: 1 } }],
});

/** Years, quarters and months of the books. Months are the rows that are neither year nor quarter. */
export const accountingPeriods = stream({
  name: "accounting_periods",
  table: "accountingperiod",
  columns: {
    name: text("periodname"),
    startDate: day("startdate"),
    endDate: day("enddate"),
    parent: integer("parent"),
    isPosting: flag("isposting"),
    isYear: flag("isyear"),
    isQuarter: flag("isquarter"),
    isAdjustment: flag("isadjust"),
    isClosed: flag("closed"),
    closedAt: instant("closedondate"),
    isLocked: flag("alllocked"),
    isReceivablesLocked: flag("arlocked"),
    isPayablesLocked: flag("aplocked"),
    allowsNonLedgerChanges: flag("allownonglchanges"),
    isInactive: flag("isinactive"),
  },
  deletedTypes: ["accountingperiod"],
  indexes: [{ key: { startDate: 1 } }],
});

/** Books that postings are kept in. Lines of documents carry those of the primary book. */
export const accountingBooks = stream({
  name: "accounting_books",
  table: "accountingbook",
  columns: {
    name: text("name"),
    base: integer("basebook"),
    isPrimary: flag("isprimary"),
    isAdjustmentOnly: flag("isadjustmentonly"),
    isConsolidated: flag("isconsolidated"),
  },
  deletedTypes: ["accountingbook"],
});

/** Terms of payment. */
export const terms = stream({
  name: "terms",
  table: "term",
  columns: {
    name: text("name"),
    daysUntilDue: integer("daysuntilnetdue"),
    discountPercent: decimal("discountpercent"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["term"],
});
