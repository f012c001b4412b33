/**
 * The tables of the simulated NetSuite account: names, columns, kinds of values, keys. One description that the company
 * loader, the simulated life, SuiteQL and the Record API share, so that no two of them can disagree about a column.
 *
 * Storage is one SQLite database. `transaction` is a keyword of SQL: quote every name.
 */
import type { DatabaseSync } from "node:sqlite";

/**
 * What a column holds, and how SQLite keeps it. Missing values are NULL.
 *
 * `i` integer id or count (INTEGER) · `s` text (TEXT) · `n` decimal (REAL; amounts already rounded to cents) · `d` day
 * (TEXT `YYYY-MM-DD`) · `t` time to the second (TEXT `YYYY-MM-DD HH:MM:SS`, always UTC) · `b` flag (TEXT `T` or `F`).
 */
export type ColumnType = "i" | "s" | "n" | "d" | "t" | "b";

/** One table. `key` names the columns that identify a row; `view`, where given, is the SELECT that computes the rows. */
export interface Table {
  columns: Record<string, ColumnType>;
  key: string[];
  indexes?: string[][];
  view?: string;
}

/** Reads `"id:i name:s"` into a column map: the tables below stay readable as one line an idea. */
function columns(text: string): Record<string, ColumnType> {
  const map: Record<string, ColumnType> = {};
  for (const word of text.trim().split(/\s+/)) {
    const [name, type] = word.split(":");
    if (!name || !type || !/^[isndtb]$/.test(type)) {
      throw new TypeError(`Cannot read column "${word}": write name:type with one of i s n d t b`);
    }
    map[name] = type as ColumnType;
  }
  return map;
}

const QUANTITIES = "quantityonhand:n quantityavailable:n quantitycommitted:n quantityonorder:n quantitybackordered:n " +
  "quantityintransit:n averagecostmli:n lastpurchasepricemli:n onhandvaluemli:n leadtime:n reorderpoint:n " +
  "preferredstocklevel:n";
const QUANTITY_NAMES = Object.keys(columns(QUANTITIES)).map((name) => `"${name}"`).join(", ");

const NAMED = "id:i name:s isinactive:b externalid:s";

const ADDRESS = "nkey:i addressee:s attention:s addr1:s addr2:s addr3:s addrphone:s city:s state:s zip:s country:s " +
  "override:b lastmodifieddate:t";

/**
 * Ledger account of one line of a posting document: the main line's stands on the header, the others follow from the item
 * and from what kind of line it is. Numbers are ids of the chart of accounts.
 *
 * @param of SQL of a header's column
 */
const ledgerAccount = (of: (column: string) => string) =>
  `CASE WHEN l.mainline = 'T' THEN ${of("account")}
    WHEN l.expenseaccount IS NOT NULL THEN l.expenseaccount
    WHEN l.iscogs = 'T' THEN coalesce((SELECT cogsaccount FROM "item" i WHERE i.id = l.item), 22)
    WHEN l.taxline = 'T' THEN CASE l.subsidiary WHEN 1 THEN 13 ELSE 14 END
    WHEN l.itemtype = 'Discount' THEN 20
    WHEN ${
    of("type")
  } IN ('ItemShip', 'ItemRcpt', 'InvAdjst', 'InvTrnfr') THEN coalesce((SELECT assetaccount FROM "item" i WHERE i.id = l.item), 8)
    WHEN ${of("type")} IN ('VendBill', 'VendCred') THEN 12
    WHEN ${of("type")} IN ('CustPymt') THEN 6
    WHEN ${of("type")} IN ('VendPymt') THEN 11
    ELSE coalesce((SELECT incomeaccount FROM "item" i WHERE i.id = l.item), 18) END`;

/**
 * What the ledger says of posting documents, as the text of a view.
 *
 * @param hasManyBooks whether each line stands in every accounting book. With one book the view has one table in it, so that
 *   SQLite looks rows up in it from a join; with more it works all of it out each time
 */
export function ledgerView(hasManyBooks: boolean): string {
  const of = (column: string) =>
    hasManyBooks ? `t."${column}"` : `(SELECT t."${column}" FROM "transaction" t WHERE t.id = l."transaction")`;
  const onMain = (column: string) =>
    `CASE WHEN l.mainline = 'T' THEN ROUND(${of(column)} * ${of("exchangerate")}, 2) END`;
  const from = hasManyBooks
    ? `"transactionline" l JOIN "transaction" t ON t.id = l."transaction" CROSS JOIN "accountingbook" b`
    : `"transactionline" l`;
  return `SELECT l."transaction" AS "transaction", l.id AS transactionline,
      ${hasManyBooks ? "b.id" : "1"} AS accountingbook,
      ${ledgerAccount(of)} AS account, l.netamount AS amount,
      CASE WHEN l.netamount > 0 THEN l.netamount END AS debit, CASE WHEN l.netamount < 0 THEN -l.netamount END AS credit,
      l.netamount AS netamount, ${onMain("foreignamountpaid")} AS amountpaid, ${
    onMain("foreignamountunpaid")
  } AS amountunpaid,
      ${of("exchangerate")} AS exchangerate, 'T' AS posting, 'F' AS processedbyrevcommit
      FROM ${from} WHERE ${of("posting")} = 'T' AND l.netamount IS NOT NULL`;
}

/**
 * Every table of the account by its lower-case SuiteQL name. Custom fields begin with `cust`: `company/custom_fields.ts`
 * describes them; `customrecord_sales_territory` is a custom record.
 */
export const TABLES: Record<string, Table> = {
  subsidiary: {
    columns: columns(`id:i name:s fullname:s parent:i currency:i country:s state:s iselimination:b legalname:s email:s
      url:s isinactive:b externalid:s lastmodifieddate:t`),
    key: ["id"],
  },
  location: {
    columns: columns(`id:i name:s fullname:s parent:i subsidiary:i locationtype:i makeinventoryavailable:b usebins:b
      latitude:n longitude:n isinactive:b externalid:s lastmodifieddate:t`),
    key: ["id"],
  },
  department: {
    columns: columns(`id:i name:s fullname:s parent:i subsidiary:i includechildren:b isinactive:b externalid:s
      lastmodifieddate:t`),
    key: ["id"],
  },
  classification: {
    columns: columns(`id:i name:s fullname:s parent:i subsidiary:i includechildren:b isinactive:b externalid:s
      lastmodifieddate:t`),
    key: ["id"],
  },
  currency: {
    columns: columns(`id:i name:s symbol:s displaysymbol:s exchangerate:n isbasecurrency:b currencyprecision:i
      isinactive:b externalid:s lastmodifieddate:t`),
    key: ["id"],
  },
  term: {
    columns: columns("id:i name:s daysuntilnetdue:i discountpercent:n isinactive:b externalid:s lastmodifieddate:t"),
    key: ["id"],
  },
  shipitem: { columns: columns("id:i itemid:s name:s isinactive:b externalid:s"), key: ["id"] },
  account: {
    columns: columns(`id:i acctnumber:s accountsearchdisplayname:s displaynamewithhierarchy:s fullname:s accttype:s
      parent:i currency:i generalrate:s cashflowrate:s eliminate:b inventory:b issummary:b isinactive:b description:s
      subsidiary:i externalid:s lastmodifieddate:t`),
    key: ["id"],
  },
  accountingperiod: {
    columns: columns(`id:i periodname:s startdate:d enddate:d isposting:b isyear:b isquarter:b isadjust:b closed:b
      closedondate:t alllocked:b arlocked:b aplocked:b allownonglchanges:b parent:i isinactive:b lastmodifieddate:t`),
    key: ["id"],
  },
  employee: {
    columns: columns(
      `id:i entityid:s firstname:s lastname:s email:s phone:s title:s department:i subsidiary:i location:i
      supervisor:i currency:i issalesrep:b hiredate:d approvallimit:n purchaseorderlimit:n isinactive:b externalid:s
      datecreated:t lastmodifieddate:t`,
    ),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"]],
  },
  customer: {
    columns: columns(`id:i entityid:s altname:s companyname:s isperson:b firstname:s lastname:s email:s phone:s url:s
      accountnumber:s parent:i currency:i terms:i salesrep:i searchstage:s entitystatus:i territory:i creditlimit:n
      balancesearch:n overduebalancesearch:n unbilledorderssearch:n oncredithold:s datecreated:t lastmodifieddate:t
      firstorderdate:d lastorderdate:d lastsaledate:d isinactive:b externalid:s custentity_segment:s
      custentity_account_group:i custentity_reviewed_at:t`),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"]],
  },
  customersubsidiaryrelationship: {
    columns: columns("id:i entity:i subsidiary:i isprimarysub:b"),
    key: ["id"],
    indexes: [["entity"]],
  },
  vendor: {
    columns: columns(`id:i entityid:s altname:s companyname:s legalname:s isperson:b email:s phone:s url:s
      accountnumber:s currency:i terms:i creditlimit:n balance:n balanceprimary:n unbilledorders:n payablesaccount:i
      expenseaccount:i datecreated:t lastmodifieddate:t isinactive:b externalid:s custentity_rating:n`),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"]],
  },
  item: {
    columns: columns(`id:i itemid:s displayname:s fullname:s description:s itemtype:s subtype:s parent:i class:i
      department:i location:i subsidiary:s incomeaccount:i expenseaccount:i assetaccount:i cogsaccount:i averagecost:n
      cost:n lastpurchaseprice:n totalquantityonhand:n costingmethod:s weight:n upccode:s usebins:b islotitem:b
      isserialitem:b isinactive:b createddate:t lastmodifieddate:t externalid:s custitem_color:s
      custitem_launch_date:d custitem_is_hazardous:b`),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"]],
  },
  /** Item by location, `InvtPart` only, as in NetSuite; assemblies have a sister table, and `aggregateitemlocation` has all. */
  inventoryitemlocations: {
    columns: columns(`item:i location:i ${QUANTITIES} lastquantityavailablechange:t`),
    key: ["item", "location"],
    indexes: [["lastquantityavailablechange"]],
  },
  assemblyitemlocations: {
    columns: columns(`item:i location:i ${QUANTITIES} lastquantityavailablechange:t`),
    key: ["item", "location"],
    indexes: [["lastquantityavailablechange"]],
  },
  /** All item kinds by location. Kinds without stock have rows too, with every quantity missing, as in a real account. No cursor. */
  aggregateitemlocation: {
    columns: columns(`item:i location:i ${QUANTITIES}`),
    key: ["item", "location"],
    view: `SELECT item, location, ${QUANTITY_NAMES} FROM "inventoryitemlocations"
      UNION ALL SELECT item, location, ${QUANTITY_NAMES} FROM "assemblyitemlocations"
      UNION ALL SELECT i.id, l.id, ${QUANTITY_NAMES.split(", ").map(() => "NULL").join(", ")}
        FROM "item" i JOIN "location" l ON l.makeinventoryavailable = 'T' WHERE i.itemtype IN ('NonInvtPart', 'Kit')`,
  },
  /** Document headers. `subsidiary`, `location`, `department` and `class` stand on the main line only, as in NetSuite. */
  transaction: {
    columns: columns(`id:i tranid:s transactionnumber:s type:s recordtype:s abbrevtype:s trandisplayname:s trandate:d
      duedate:d closedate:d createddate:t lastmodifieddate:t createdby:i lastmodifiedby:i status:s approvalstatus:i
      entity:i employee:i currency:i exchangerate:n foreigntotal:n foreignamountpaid:n foreignamountunpaid:n taxtotal:n
      postingperiod:i posting:b void:b voided:b memo:s account:i externalid:s otherrefnum:s shipdate:d actualshipdate:d
      billingstatus:b ordpicked:b shipcomplete:b terms:i source:s isreversal:b custbody_channel_ref:s custbody_gift_wrap:b
      custbody_needed_by:d custbody_priority:i entitystatus:i
      probability:n expectedclosedate:d projectedtotal:n title:s`),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"], ["type", "trandate"], ["entity"]],
  },
  transactionline: {
    columns: columns(`uniquekey:i id:i transaction:i linesequencenumber:i mainline:b taxline:b iscogs:b
      donotdisplayline:b item:i itemtype:s accountinglinetype:s quantity:n quantityshiprecv:n
      quantitybilled:n quantitycommitted:n quantitybackordered:n quantityrejected:n
      rate:n ratepercent:n netamount:n foreignamount:n costestimate:n
      entity:i subsidiary:i department:i class:i location:i createdfrom:i isclosed:b isfullyshipped:b
      isbillable:b isinventoryaffecting:b transactiondiscount:b eliminate:b expectedshipdate:d expectedreceiptdate:d
      actualshipdate:d shipmethod:i memo:s linelastmodifieddate:t expenseaccount:i custcol_engraving:s
      custcol_margin_rate:n`),
    key: ["uniquekey"],
    indexes: [["transaction", "id"], ["linelastmodifieddate"], ["createdfrom"]],
  },
  nexttransactionlinelink: {
    columns: columns(`previousdoc:i previousline:i previoustype:s nextdoc:i nextline:i nexttype:s linktype:s
      foreignamount:n lastmodifieddate:t`),
    key: ["previousdoc", "previousline", "nextdoc", "nextline", "linktype"],
    indexes: [["nextdoc", "nextline"], ["lastmodifieddate"]],
  },
  /** The line links rolled up to documents. */
  nexttransactionlink: {
    columns: columns("previousdoc:i previoustype:s nextdoc:i nexttype:s linktype:s foreignamount:n lastmodifieddate:t"),
    key: ["previousdoc", "nextdoc", "linktype"],
    view: `SELECT previousdoc, MIN(previoustype) AS previoustype, nextdoc, MIN(nexttype) AS nexttype, linktype,
      ROUND(SUM(foreignamount), 2) AS foreignamount, MAX(lastmodifieddate) AS lastmodifieddate
      FROM "nexttransactionlinelink" GROUP BY previousdoc, nextdoc, linktype`,
  },
  deletedrecord: {
    columns: columns(`recordid:i recordtypeid:i scriptid:s name:s type:s context:s deletedby:i deleteddate:t
      iscustomlist:b iscustomrecord:b iscustomtransaction:b`),
    key: ["recordid", "recordtypeid"],
    indexes: [["deleteddate"]],
  },
  /** The mirror of {@link TABLES.nexttransactionlinelink}: either alone is enough. */
  previoustransactionlinelink: {
    columns: columns(`previousdoc:i previousline:i previoustype:s nextdoc:i nextline:i nexttype:s linktype:s
      foreignamount:n lastmodifieddate:t`),
    key: ["previousdoc", "previousline", "nextdoc", "nextline", "linktype"],
    view: `SELECT previousdoc, previousline, previoustype, nextdoc, nextline, nexttype, linktype, foreignamount,
      lastmodifieddate FROM "nexttransactionlinelink"`,
  },
  /** What the ledger says of posting documents, once a book: debit less credit, in the subsidiary's currency. No cursor. */
  transactionaccountingline: {
    columns: columns(`transaction:i transactionline:i accountingbook:i account:i amount:n debit:n credit:n netamount:n
      amountpaid:n amountunpaid:n exchangerate:n posting:b processedbyrevcommit:b`),
    key: ["transaction", "transactionline", "accountingbook"],
    view: ledgerView(false),
  },
  accountingbook: {
    columns: columns("id:i name:s isprimary:b isadjustmentonly:b isconsolidated:b basebook:i lastmodifieddate:t"),
    key: ["id"],
  },
  /** Everybody in one id space, whatever they are. */
  entity: {
    columns: columns(`id:i type:s entityid:s altname:s customer:i vendor:i employee:i contact:i firstname:s lastname:s
      title:s email:s phone:s parent:i isperson:b isinactive:b externalid:s datecreated:t lastmodifieddate:t`),
    key: ["id"],
    view: `SELECT id, 'CustJob' AS type, entityid, altname, id AS customer, NULL AS vendor, NULL AS employee,
        NULL AS contact, firstname, lastname, NULL AS title, email, phone, parent, isperson, isinactive, externalid,
        datecreated, lastmodifieddate FROM "customer"
      UNION ALL SELECT id, 'Vendor', entityid, altname, NULL, id, NULL, NULL, NULL, NULL, NULL, email, phone, NULL,
        isperson, isinactive, externalid, datecreated, lastmodifieddate FROM "vendor"
      UNION ALL SELECT id, 'Employee', entityid, firstname || ' ' || lastname, NULL, NULL, id, NULL, firstname, lastname,
        title, email, phone, NULL, 'T', isinactive, externalid, datecreated, lastmodifieddate FROM "employee"
      UNION ALL SELECT id, 'Contact', entityid, entityid, NULL, NULL, NULL, id, firstname, lastname, title, email, phone,
        NULL, 'T', isinactive, externalid, datecreated, lastmodifieddate FROM "contact"`,
  },
  contact: {
    columns: columns(`id:i entityid:s firstname:s lastname:s company:i title:s email:s phone:s isinactive:b externalid:s
      datecreated:t lastmodifieddate:t`),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"], ["company"]],
  },
  /** Which address of {@link TABLES.customeraddressbookentityaddress} is whose. */
  customeraddressbook: {
    columns: columns(`internalid:i entity:i addressbookaddress:i label:s defaultbilling:b defaultshipping:b
      isresidential:b`),
    key: ["internalid"],
    indexes: [["entity"]],
  },
  customeraddressbookentityaddress: { columns: columns(ADDRESS), key: ["nkey"] },
  pricelevel: { columns: columns("id:i name:s isonline:b isinactive:b externalid:s lastmodifieddate:t"), key: ["id"] },
  pricing: {
    columns: columns("internalid:i item:i pricelevel:i quantity:n unitprice:n saleunit:i currency:i"),
    key: ["internalid"],
    indexes: [["item"]],
  },
  itemvendor: {
    columns: columns("item:i vendor:i preferredvendor:b vendorcode:s purchaseprice:n"),
    key: ["item", "vendor"],
  },
  /** The carrier's number of each shipped fulfilment. */
  trackingnumber: {
    columns: columns("id:i trackingnumber:s"),
    key: ["id"],
    view: `SELECT id, '1Z999AA1' || printf('%010d', (id * 7919 + 104729) % 10000000000) AS trackingnumber
      FROM "transaction" WHERE type = 'ItemShip' AND status = 'C'`,
  },
  trackingnumbermap: {
    columns: columns("transaction:i trackingnumber:i"),
    key: ["transaction", "trackingnumber"],
    view:
      `SELECT id AS "transaction", id AS trackingnumber FROM "transaction" WHERE type = 'ItemShip' AND status = 'C'`,
  },
  promotioncode: {
    columns: columns(`id:i name:s code:s codepattern:s description:s discount:i discounttype:s rate:n startdate:d
      enddate:d ispublic:b isinactive:b promotiontype:s usetype:s applydiscountto:s location:i freeshipmethod:i
      externalid:s`),
    key: ["id"],
  },
  couponcode: {
    columns: columns("id:i code:s promotion:i recipient:i datesent:d usecount:i used:b"),
    key: ["id"],
    indexes: [["promotion"]],
  },
  /** Stages of leads, prospects, customers and opportunities. No id: `key` is the key. */
  entitystatus: { columns: columns("key:i name:s entitytype:s probability:n inactive:b"), key: ["key"] },
  campaignaudience: { columns: columns(NAMED), key: ["id"] },
  campaigncategory: { columns: columns(NAMED), key: ["id"] },
  campaignchannel: { columns: columns(NAMED), key: ["id"] },
  campaignfamily: { columns: columns(NAMED), key: ["id"] },
  campaignoffer: { columns: columns(NAMED), key: ["id"] },
  campaignvertical: { columns: columns(NAMED), key: ["id"] },
  campaignevent: { columns: columns("id:i campaign:i title:s channel:i startdate:d"), key: ["id"] },
  campaignresponse: {
    columns: columns("id:i campaign:i campaignevent:i entity:i response:s responsedate:d"),
    key: ["id"],
    indexes: [["campaignevent"]],
  },
  /** The catalogue of custom fields. */
  customfield: {
    columns: columns(`internalid:i scriptid:s name:s fieldtype:s fieldvaluetype:s isstored:b isinactive:b recordtype:i
      lastmodifieddate:t`),
    key: ["internalid"],
  },
  /** A custom record: its stamp is `lastmodified`, not `lastmodifieddate`. */
  customrecord_sales_territory: {
    columns: columns(`id:i recordid:i name:s custrecord_territory_country:s isinactive:b externalid:s created:t
      lastmodified:t lastmodifiedby:i owner:i`),
    key: ["id"],
  },
  /** `id` is the letter; join on `trantype` as well. */
  transactionstatus: { columns: columns("id:s trantype:s name:s fullname:s"), key: ["trantype", "id"] },
};

/** SQLite types by letter. */
export const STORED: Record<ColumnType, string> = {
  i: "INTEGER",
  s: "TEXT",
  n: "REAL",
  d: "TEXT",
  t: "TEXT",
  b: "TEXT",
};

/** The statement that makes one table or view, without its indexes. */
export function createStatement(name: string, table: Table): string {
  if (table.view) return `CREATE VIEW "${name}" AS ${table.view}`;
  if (table.key.length === 0) { // rows of others that no column tells apart
    const body = Object.entries(table.columns).map(([column, type]) => `"${column}" ${STORED[type]}`);
    return `CREATE TABLE "${name}" (${body.join(", ")})`;
  }
  const single = table.key.length === 1 ? table.key[0] : undefined;
  const body = Object.entries(table.columns).map(([column, type]) =>
    `"${column}" ${STORED[type]}${column === single ? " PRIMARY KEY" : ""}`
  );
  if (!single) body.push(`PRIMARY KEY (${table.key.map((column) => `"${column}"`).join(", ")})`);
  return `CREATE TABLE "${name}" (${body.join(", ")})${single ? "" : " WITHOUT ROWID"}`;
}

/** Makes every table and view, empty and without indexes. Indexes are cheaper to make after the rows: {@link createIndexes}. */
export function createTables(db: DatabaseSync, tables: Record<string, Table> = TABLES): void {
  for (const [name, table] of viewsLast(tables)) db.exec(createStatement(name, table));
}

/** Makes the indexes of every table. */
export function createIndexes(db: DatabaseSync, tables: Record<string, Table> = TABLES): void {
  for (const [name, table] of Object.entries(tables)) {
    for (const index of table.indexes ?? []) {
      const list = index.map((column) => `"${column}"`).join(", ");
      db.exec(`CREATE INDEX IF NOT EXISTS "${name}_${index.join("_")}" ON "${name}" (${list})`);
    }
  }
}

/** Brings a file of an earlier version up to date: adds tables, views and columns that it lacks, and renews every view. */
export function addMissing(db: DatabaseSync, tables: Record<string, Table> = TABLES): void {
  const kinds = new Map(
    db.prepare("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").all()
      .map((row) => [String(row.name), String(row.type)]),
  );
  for (const [name, table] of viewsLast(tables)) {
    const kind = kinds.get(name);
    if (table.view && kind === "view") db.exec(`DROP VIEW "${name}"`);
    if (!kind || (table.view && kind === "view")) db.exec(createStatement(name, table));
    else if (kind === "table") {
      const known = new Set(db.prepare(`PRAGMA table_info("${name}")`).all().map((row) => row.name));
      for (const [column, type] of Object.entries(table.columns)) {
        if (!known.has(column)) db.exec(`ALTER TABLE "${name}" ADD COLUMN "${column}" ${STORED[type]}`);
      }
    }
  }
  createIndexes(db, tables);
}

function viewsLast(tables: Record<string, Table>): [string, Table][] {
  return Object.entries(tables).sort(([, a], [, b]) => Number(!!a.view) - Number(!!b.view));
}
