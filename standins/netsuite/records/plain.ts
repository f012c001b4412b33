/** Writing of records that are one row: customers, vendors, items, departments and the like. */
import type { Session } from "../company/life/session.ts";
import { TARGETED_LISTS } from "./dependents.ts";
import { inserter, type Row } from "../company/rows.ts";
import { timeText } from "../company/days.ts";
import { type Body, isObject, readColumns, type Reading, readLines, readReference, refuseName } from "./fields.ts";
import { invalidContent, RecordError, userError } from "./errors.ts";
import type { StoredRow } from "./read.ts";
import type { RecordType } from "./types.ts";

/** One write: the rows it goes to, how its body is read, who does it. */
export interface Writing extends Reading {
  session: Session;
}

const STAMPS: Record<string, [made: string | null, changed: string]> = {
  customrecord_sales_territory: ["created", "lastmodified"],
  item: ["createddate", "lastmodifieddate"],
  transaction: ["createddate", "lastmodifieddate"],
};
const stampsOf = (table: string) => STAMPS[table] ?? ["datecreated", "lastmodifieddate"];
const PREFIX: Record<string, string> = { customer: "CUST", vendor: "VEND", employee: "E" };

/** Makes a record. Returns its id. */
export function createPlain(writing: Writing, type: RecordType, body: Body): number {
  const { session, tables } = writing;
  const schema = tables[type.table]!;
  const { row, subsidiary, addresses } = readBody(writing, type, body);
  demand(type, body);
  if (type.table === "customer" || type.table === "vendor") demandName(row);
  const id = session.next(type.family === "entity" ? "entity" : type.family === "item" ? "item" : "setup");
  const made: Row = { ...type.where, isinactive: "F", ...defaults(type, id, row, subsidiary), ...row, id };
  const [created, changed] = stampsOf(type.table);
  if (created && schema.columns[created]) made[created] = session.stamp;
  if (schema.columns[changed]) made[changed] = session.stamp;
  const known: Row = {};
  for (const [column, value] of Object.entries(made)) if (schema.columns[column]) known[column] = value;
  refuseDoubles(writing, type, known, id);
  inserter(writing.db, type.table)(known);
  if (type.table === "customer") {
    session.insert("customersubsidiaryrelationship", {
      id: session.next("relationship"),
      entity: id,
      subsidiary: subsidiary ?? 1,
      isprimarysub: "T",
    });
  }
  if (addresses) addAddresses(writing, id, addresses);
  touch(session, type, id);
  return id;
}

/** Changes a record. `replace` names the sublists that the body's lines replace as a whole. */
export function updatePlain(
  writing: Writing,
  type: RecordType,
  stored: StoredRow,
  body: Body,
  replace: ReadonlySet<string>,
): void {
  const { session, db } = writing;
  const id = Number(stored.id);
  const { row, subsidiary, addresses } = readBody(writing, type, body);
  if (type.table === "customer" || type.table === "vendor") demandName({ ...stored, ...row });
  refuseDoubles(writing, type, { ...stored, ...row }, id);
  if (subsidiary !== null && type.table === "customer") {
    session.run(`UPDATE "customersubsidiaryrelationship" SET isprimarysub = 'F' WHERE entity = ?`, id);
    const known = session.one(
      `UPDATE "customersubsidiaryrelationship" SET isprimarysub = 'T' WHERE entity = ? AND subsidiary = ? RETURNING id`,
      id,
      subsidiary,
    );
    if (!known) {
      session.insert("customersubsidiaryrelationship", {
        id: session.next("relationship"),
        entity: id,
        subsidiary,
        isprimarysub: "T",
      });
    }
  }
  if (row.name !== undefined && writing.tables[type.table]!.columns.fullname) row.fullname = row.name;
  const [, changed] = stampsOf(type.table);
  const values = { ...row, [changed]: session.stamp };
  const list = Object.keys(values).map((column) => `"${column}" = ?`).join(", ");
  db.prepare(`UPDATE "${type.table}" SET ${list} WHERE id = ?`).run(...Object.values(values), id);
  if (addresses) {
    if (replace.has("addressbook")) dropAddresses(writing, id);
    addAddresses(writing, id, addresses);
  }
  touch(session, type, id);
}

/** Deletes a record that nothing needs, and writes its `deletedrecord`. */
export function deletePlain({ session, db, tables }: Writing, type: RecordType, stored: StoredRow): void {
  const id = Number(stored.id);
  for (const [table, column] of TARGETED_LISTS[type.table] ?? []) {
    if (!tables[table]?.columns[column]) continue;
    if (db.prepare(`SELECT 1 FROM "${table}" WHERE "${column}" = ? LIMIT 1`).get(id)) {
      throw userError("This record cannot be deleted because it has dependent records.");
    }
  }
  if (type.table === "customer") {
    db.prepare('DELETE FROM "customersubsidiaryrelationship" WHERE entity = ?').run(id);
    db.prepare(
      `DELETE FROM "customeraddressbookentityaddress" WHERE nkey IN
        (SELECT addressbookaddress FROM "customeraddressbook" WHERE entity = ?)`,
    ).run(id);
    db.prepare('DELETE FROM "customeraddressbook" WHERE entity = ?').run(id);
  }
  if (type.table === "item") db.prepare('DELETE FROM "pricing" WHERE item = ?').run(id);
  db.prepare(`DELETE FROM "${type.table}" WHERE id = ?`).run(id);
  recordDeletion(session, type, id, String(stored.entityid ?? stored.itemid ?? stored.name ?? id));
}

/** The row of `deletedrecord` that tells of a deletion through this interface. */
export function recordDeletion(session: Session, type: RecordType, id: number, name: string): void {
  session.insert("deletedrecord", {
    recordid: id,
    recordtypeid: type.deleted.recordtypeid,
    scriptid: type.name.startsWith("customrecord") ? type.name : null,
    name: type.document ? `${type.deleted.type} #${name}` : name,
    type: type.family === "item" ? itemName(type) : type.deleted.type,
    context: "RestWebServices",
    deletedby: 203,
    deleteddate: timeText(session.seconds),
    iscustomlist: "F",
    iscustomrecord: type.name.startsWith("customrecord") ? "T" : "F",
    iscustomtransaction: "F",
  });
}

/** `inventoryItem` -> `Inventory Item` */
const itemName = (type: RecordType) =>
  type.name.replace(/[A-Z]/g, (letter) => ` ${letter}`).replace(/^./, (letter) => letter.toUpperCase());

function readBody(writing: Writing, type: RecordType, body: Body) {
  const special = new Set(type.sublists);
  if (type.table === "customer" || type.table === "vendor") special.add("subsidiary");
  const row = readColumns(writing, type.table, body, special);
  const subsidiary = special.has("subsidiary") && body.subsidiary !== undefined && body.subsidiary !== null
    ? readReference(writing, ["subsidiary"], body.subsidiary, "subsidiary", "subsidiary")
    : null;
  return {
    row,
    subsidiary,
    addresses: type.sublists.includes("addressBook") ? readLines(body, "addressBook") : undefined,
  };
}

/** @throws {RecordError} naming every required property that is missing */
export function demand(type: RecordType, body: Body): void {
  const missing = type.required.filter((name) => body[name] === undefined || body[name] === null || body[name] === "");
  if (missing.length) throw userError(`Please enter value(s) for: ${missing.map(label).join(", ")}`);
}

/** `companyName` -> `Company Name` */
const label = (name: string) =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter}`).replace(/^./, (letter) => letter.toUpperCase());

function demandName(row: Row): void {
  if (row.isperson === "T" ? !row.lastname : !row.companyname) {
    throw userError(`Please enter value(s) for: ${row.isperson === "T" ? "Last Name" : "Company Name"}`);
  }
}

function defaults(type: RecordType, id: number, row: Row, subsidiary: number | null): Row {
  if (type.table === "customer") {
    return {
      entityid: `CUST${id}`,
      altname: row.isperson === "T" ? [row.firstname, row.lastname].filter(Boolean).join(" ") : row.companyname ?? null,
      isperson: "F",
      currency: subsidiary ?? 1,
      searchstage: "Customer",
      entitystatus: 13,
      oncredithold: "AUTO",
    };
  }
  if (type.table === "vendor") {
    return {
      entityid: `VEND${id}`,
      altname: row.companyname ?? null,
      legalname: row.companyname ?? null,
      isperson: "F",
      currency: 1,
    };
  }
  if (type.table === "employee") {
    return { entityid: `${PREFIX.employee}${id}`, issalesrep: "F", subsidiary: 1, currency: 1 };
  }
  if (type.table === "item") {
    const stocked = type.where.itemtype === "InvtPart" || type.where.itemtype === "Assembly";
    return {
      displayname: row.itemid ?? null,
      fullname: row.itemid ?? null,
      incomeaccount: 18,
      ...(stocked ? { assetaccount: 8, cogsaccount: 22, totalquantityonhand: 0, costingmethod: "AVG" } : {}),
    };
  }
  return { fullname: row.name ?? null, recordid: id, owner: 203, lastmodifiedby: 203 };
}

function refuseDoubles({ db, tables }: Writing, type: RecordType, row: Row, id: number): void {
  const named = type.family === "entity" ? "entityid" : type.family === "item" ? "itemid" : undefined;
  if (named && row[named]) {
    const double = db.prepare(`SELECT 1 FROM "${type.table}" WHERE "${named}" = ? AND id <> ?`).get(row[named], id);
    if (double) throw userError(type.family === "item" ? "This item already exists." : "This entity already exists.");
  }
  if (!row.externalid) return;
  const family = type.family === "entity" ? ["customer", "vendor", "employee", "contact"] : [type.table];
  for (const table of family) {
    if (!tables[table]?.columns.externalid) continue;
    if (db.prepare(`SELECT 1 FROM "${table}" WHERE externalid = ? AND id <> ?`).get(row.externalid, id)) {
      throw new RecordError(400, {
        detail: "Error while accessing a resource. This record already exists.",
        "o:errorPath": "externalId",
        "o:errorCode": "USER_ERROR",
      });
    }
  }
}

const ADDRESS = new Map([
  ["addressee", "addressee"],
  ["attention", "attention"],
  ["addr1", "addr1"],
  ["addr2", "addr2"],
  ["addr3", "addr3"],
  ["addrPhone", "addrphone"],
  ["city", "city"],
  ["state", "state"],
  ["zip", "zip"],
]);

/** Appends addresses, or changes those that the body names by their id. */
function addAddresses(writing: Writing, entity: number, lines: Body[]): void {
  const { session } = writing;
  lines.forEach((line, index) => {
    const at = `addressBook.items[${index}]`;
    for (const name of Object.keys(line)) {
      if (!["id", "links", "label", "defaultBilling", "defaultShipping", "addressBookAddress"].includes(name)) {
        refuseName(writing, `Unknown reference or property in the request body: ${at}.${name}.`, `${at}.${name}`);
      }
    }
    const book: Row = {};
    if (typeof line.label === "string") book.label = line.label;
    for (
      const [name, column] of [["defaultBilling", "defaultbilling"], ["defaultShipping", "defaultshipping"]] as const
    ) {
      if (typeof line[name] === "boolean") book[column] = line[name] ? "T" : "F";
    }
    const address = readAddress(writing, line.addressBookAddress, `${at}.addressBookAddress`);
    for (const column of ["defaultbilling", "defaultshipping"]) {
      if (book[column] === "T") {
        session.run(`UPDATE "customeraddressbook" SET ${column} = 'F' WHERE entity = ?`, entity);
      }
    }
    if (line.id !== undefined) {
      const known = session.one(
        'SELECT * FROM "customeraddressbook" WHERE entity = ? AND internalid = ?',
        entity,
        Number(line.id),
      );
      if (!known) throw invalidContent(`The line ${line.id} of the sublist addressBook does not exist.`, `${at}.id`);
      set(writing, "customeraddressbook", "internalid", Number(line.id), book);
      set(writing, "customeraddressbookentityaddress", "nkey", Number(known.addressbookaddress), address);
      return;
    }
    const key = session.next("address");
    session.insert("customeraddressbookentityaddress", {
      nkey: key,
      override: "F",
      ...address,
      lastmodifieddate: session.stamp,
    });
    session.insert("customeraddressbook", {
      internalid: key,
      entity,
      addressbookaddress: key,
      defaultbilling: "F",
      defaultshipping: "F",
      isresidential: "F",
      ...book,
    });
  });
}

function set({ db }: Writing, table: string, key: string, id: number, values: Row): void {
  if (Object.keys(values).length === 0) return;
  const list = Object.keys(values).map((column) => `"${column}" = ?`).join(", ");
  db.prepare(`UPDATE "${table}" SET ${list} WHERE "${key}" = ?`).run(...Object.values(values), id);
}

function readAddress(writing: Writing, value: unknown, path: string): Row {
  if (value === undefined) return {};
  if (!isObject(value)) throw invalidContent("addressBookAddress must be an object.", path);
  const row: Row = {};
  for (const [name, cell] of Object.entries(value)) {
    const column = ADDRESS.get(name);
    if (name === "country") {
      const id = isObject(cell) ? cell.id : undefined;
      if (typeof id !== "string" || !/^[A-Z]{2}$/.test(id)) {
        throw invalidContent(
          `You have entered an Invalid Field Value ${JSON.stringify(cell)} for the following field: country`,
          `${path}.country`,
        );
      }
      row.country = id;
    } else if (!column) {
      refuseName(writing, `Unknown reference or property in the request body: ${path}.${name}.`, `${path}.${name}`);
    } else if (cell !== null && typeof cell !== "string") {
      throw invalidContent(
        `You have entered an Invalid Field Value ${cell} for the following field: ${name}`,
        `${path}.${name}`,
      );
    } else row[column] = cell;
  }
  return row;
}

function dropAddresses({ db }: Writing, entity: number): void {
  db.prepare(
    `DELETE FROM "customeraddressbookentityaddress" WHERE nkey IN
      (SELECT addressbookaddress FROM "customeraddressbook" WHERE entity = ?)`,
  ).run(entity);
  db.prepare('DELETE FROM "customeraddressbook" WHERE entity = ?').run(entity);
}

function touch(session: Session, type: RecordType, id: number): void {
  const { table } = type;
  if (table === "customer" || table === "vendor" || table === "employee" || table === "item") session.touch(table, id);
}
