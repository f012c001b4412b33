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

/** Every table of the account by its lower-case SuiteQL name. Customs: `custbody_channel_ref`, `custentity_segment`, `custitem_color`. */
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
      firstorderdate:d lastorderdate:d lastsaledate:d isinactive:b externalid:s custentity_segment:s`),
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
      expenseaccount:i datecreated:t lastmodifieddate:t isinactive:b externalid:s`),
    key: ["id"],
    indexes: [["lastmodifieddate", "id"]],
  },
  item: {
    columns: columns(`id:i itemid:s displayname:s fullname:s description:s itemtype:s subtype:s parent:i class:i
      department:i location:i subsidiary:s incomeaccount:i expenseaccount:i assetaccount:i cogsaccount:i averagecost:n
      cost:n lastpurchaseprice:n totalquantityonhand:n costingmethod:s weight:n upccode:s usebins:b islotitem:b
      isserialitem:b isinactive:b createddate:t lastmodifieddate:t externalid:s custitem_color:s`),
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
      billingstatus:b ordpicked:b shipcomplete:b terms:i source:s isreversal:b custbody_channel_ref:s`),
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
      actualshipdate:d shipmethod:i memo:s linelastmodifieddate:t`),
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
  /** `id` is the letter; join on `trantype` as well. */
  transactionstatus: { columns: columns("id:s trantype:s name:s fullname:s"), key: ["trantype", "id"] },
};

/** SQLite types by letter. */
const STORED: Record<ColumnType, string> = { i: "INTEGER", s: "TEXT", n: "REAL", d: "TEXT", t: "TEXT", b: "TEXT" };

/** The statement that makes one table or view, without its indexes. */
export function createStatement(name: string, table: Table): string {
  if (table.view) return `CREATE VIEW "${name}" AS ${table.view}`;
  const single = table.key.length === 1 ? table.key[0] : undefined;
  const body = Object.entries(table.columns).map(([column, type]) =>
    `"${column}" ${STORED[type]}${column === single ? " PRIMARY KEY" : ""}`
  );
  if (!single) body.push(`PRIMARY KEY (${table.key.map((column) => `"${column}"`).join(", ")})`);
  return `CREATE TABLE "${name}" (${body.join(", ")})${single ? "" : " WITHOUT ROWID"}`;
}

/** Makes every table and view, empty and without indexes. Indexes are cheaper to make after the rows: {@link createIndexes}. */
export function createTables(db: DatabaseSync): void {
  const byViewsLast = Object.entries(TABLES).sort(([, a], [, b]) => Number(!!a.view) - Number(!!b.view));
  for (const [name, table] of byViewsLast) db.exec(createStatement(name, table));
}

/** Makes the indexes of every table. */
export function createIndexes(db: DatabaseSync): void {
  for (const [name, table] of Object.entries(TABLES)) {
    for (const index of table.indexes ?? []) {
      const list = index.map((column) => `"${column}"`).join(", ");
      db.exec(`CREATE INDEX "${name}_${index.join("_")}" ON "${name}" (${list})`);
    }
  }
}
