/**
 * The Record API: /services/rest/record/v1/{type}[/{id}[/{sublist}[/{line}]]], with lists, upserts by external id,
 * transformations, batches, asynchronous requests and the metadata catalog.
 */
import type { Account } from "./account.ts";
import { forbidden, methodNotAllowed, notFound, resource, written } from "./answers.ts";
import { Session } from "./company/life/session.ts";
import { collection, readPage } from "./page.ts";
import type { Call } from "./query.ts";
import { answerCatalog } from "./records/catalog.ts";
import { createDocument, deleteDocument, updateDocument } from "./records/documents.ts";
import { invalidContent, invalidParameter, noRecord, RecordError, userError } from "./records/errors.ts";
import { type Body, isObject, readReference, type Strictness } from "./records/fields.ts";
import { readFilter } from "./records/filter.ts";
import type { Operation } from "./records/jobs.ts";
import { createPlain, deletePlain, updatePlain, type Writing } from "./records/plain.ts";
import { findRecord, linesOf, type Showing, showRecord, showSublist, type StoredRow } from "./records/read.ts";
import { transformDocument } from "./records/transform.ts";
import { RECORD_TYPES, type RecordType } from "./records/types.ts";

export const RECORD_PATH = "/services/rest/record/v1/";
/** Most records of a batch. */
const MOST_IN_BATCH = 100;

/** One request, taken apart. `parts` are the decoded path segments behind the base, `base` the URL up to and with it. */
interface RecordCall {
  account: Account;
  request: Request;
  method: string;
  path: string;
  parts: string[];
  query: URLSearchParams;
  base: string;
  host: string;
}

/** Answers everything below {@link RECORD_PATH}. */
export async function answerRecord({ request, account, query, address }: Call): Promise<Response> {
  const at = address.indexOf(RECORD_PATH);
  const path = address.slice(at + RECORD_PATH.length);
  const call: RecordCall = {
    account,
    request,
    method: request.method,
    path,
    parts: path.split("/").map(decodePart),
    query: new URLSearchParams(query),
    base: address.slice(0, at) + RECORD_PATH,
    host: address.slice(0, at),
  };
  await account.settle();
  try {
    return await route(call);
  } catch (error) {
    if (error instanceof RecordError) return error.response();
    throw error;
  }
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function route(call: RecordCall): Promise<Response> {
  const { account, parts, method, query, request, path } = call;
  const [typeName = "", key = "", third, ...more] = parts;
  if (typeName === "metadata-catalog") {
    if (method !== "GET") return methodNotAllowed("GET");
    const accept = request.headers.get("accept") ?? "";
    const visible = (type: RecordType) => account.canSee(type.table) && account.permits(type.permission, "view");
    return answerCatalog(path.slice("metadata-catalog".length), query, accept, call.base, account.tables, visible);
  }
  const type = RECORD_TYPES.get(typeName.toLowerCase());
  if (!type || !account.tables[type.table] || !account.canSee(type.table)) return notFound(`/record/v1/${path}`);
  const level = method === "GET" ? "view" : method === "DELETE" ? "full" : method === "POST" ? "create" : "edit";
  if (!account.permits(type.permission, level)) return forbidden();
  if (method !== "GET" && !type.writable) {
    throw userError("You do not have permissions to create or change records of this type through this interface.");
  }
  const isBatch = key === "" && method !== "GET" &&
    (/type=collection/.test(request.headers.get("content-type") ?? "") || (method === "DELETE" && query.has("ids")));
  const wantsAsync = /\brespond-async\b/i.test(request.headers.get("prefer") ?? "");
  if (isBatch && !wantsAsync) {
    throw invalidParameter("Prefer", "Batch operations are available for asynchronous requests only.");
  }
  if (key === "") {
    if (method === "GET") return list(call, type);
    if (method !== "POST" && !isBatch) return methodNotAllowed("GET, POST");
  } else if (!/^(eid:.+|-?\d+)$/.test(key)) {
    throw new RecordError(400, {
      detail: `Invalid record instance identifier '${key}'. Provide a valid record instance ID.`,
      "o:errorUrl": `/record/v1/${path}`,
      "o:errorCode": "INVALID_ID",
    });
  }
  if (method === "GET") return await read(call, type, key, third, more);
  const text = await request.text();
  const operations = isBatch
    ? batch(call, type, text)
    : [() => Promise.resolve(write(call, type, key, third, more, method, text))];
  if (wantsAsync) {
    return account.jobs.submit(operations, request.headers.get("x-netsuite-idempotency-key"), call.host, isBatch);
  }
  return await operations[0]!();
}

// Reading

function showing(call: RecordCall): Showing {
  const { account, query } = call;
  for (const name of query.keys()) {
    if (!["fields", "expandSubResources", "simpleEnumFormat"].includes(name)) {
      throw invalidParameter(name, `Invalid value for the query parameter '${name}'. The parameter is not known.`);
    }
  }
  const flag = (name: string) => {
    const value = query.get(name);
    if (value !== null && value !== "true" && value !== "false") {
      throw invalidParameter(name, `Invalid value for the query parameter '${name}'. The value must be true or false.`);
    }
    return value === "true";
  };
  return {
    db: account.db,
    tables: account.visibleTables(),
    base: call.base,
    fields: query.has("fields") ? new Set(query.get("fields")!.toLowerCase().split(",")) : null,
    expand: flag("expandSubResources"),
    simpleEnums: flag("simpleEnumFormat"),
  };
}

async function read(call: RecordCall, type: RecordType, key: string, third: string | undefined, more: string[]) {
  const { account, path } = call;
  const shown = showing(call);
  const row = openRecord(call, type, key);
  const answer = (body: object, kind: "singular" | "collection" = "singular") => resource(JSON.stringify(body), kind);
  if (/\brespond-async\b/i.test(call.request.headers.get("prefer") ?? "")) {
    const operation = () => Promise.resolve(answer(showRecord(shown, type, row)));
    return await Promise.resolve(account.jobs.submit([operation], null, call.host, false));
  }
  if (third === undefined) return answer(showRecord(shown, type, row));
  const sublist = type.sublists.find((each) => each.toLowerCase() === third.toLowerCase());
  if (!sublist || more.length > 1) return notFound(`/record/v1/${path}`);
  if (more.length === 0) return answer(showSublist(shown, type, row, sublist), "collection");
  const line = linesOf(shown, type, row, sublist).find((each) => each.key === more[0]);
  if (!line) return notFound(`/record/v1/${path}`);
  const href = `${call.base}${type.name}/${row.id}/${sublist}/${line.key}`;
  return answer({ links: [{ rel: "self", href }], ...line.body });
}

/** Loads a record as the platform does, in edit mode even to read it: locked ones fail. */
function openRecord({ account, path }: RecordCall, type: RecordType, key: string): StoredRow {
  const row = findRecord(account.db, type, key);
  if (!row || !account.canSeeRow(type.table, row)) throw noRecord(`/record/v1/${path}`);
  const { locked } = account.faults.current;
  const name = type.name.toLowerCase();
  if (locked?.some((each) => each.toLowerCase() === name || each.toLowerCase() === `${name}/${row.id}`)) {
    throw userError("This record has been locked by a user defined workflow.");
  }
  return row;
}

function list(call: RecordCall, type: RecordType): Response {
  const { account, query } = call;
  const visible = account.visibleTables();
  if (query.has("ids") || query.has("expandRecords")) return expanded(call, type);
  const paging = new URLSearchParams();
  for (const [name, value] of query) if (name !== "q") paging.append(name, value);
  const page = readPage(paging.toString());
  if ("detail" in page) throw new RecordError(400, page);
  const { sql, bound } = readFilter(query.get("q") ?? "", type, visible[type.table]!, account.session);
  const only = account.rowCondition(type.table);
  const from = `FROM "${type.table}" WHERE ${sql}${only === null ? "" : ` AND ${only}`}`;
  const total = Number(account.db.prepare(`SELECT COUNT(*) AS n ${from}`).get(...bound)!.n);
  const rows = account.db.prepare(`SELECT id ${from} ORDER BY id LIMIT ? OFFSET ?`).all(
    ...bound,
    page.limit,
    page.offset,
  );
  const items = rows.map(({ id }) =>
    JSON.stringify({ links: [{ rel: "self", href: `${call.base}${type.name}/${id}` }], id: String(id) })
  );
  const address = `${call.base}${type.name}`;
  const q = query.get("q");
  const more = q === null ? "" : `q=${encodeURIComponent(q)}&`;
  return resource(collection(address, page, items.join(","), rows.length, total, more), "collection");
}

/** `GET ?expandRecords=true&ids=1,2` */
function expanded(call: RecordCall, type: RecordType): Response {
  const { account, query } = call;
  const ids = (query.get("ids") ?? "").split(",").map((each) => each.trim()).filter((each) => each !== "");
  if (ids.length === 0 || ids.length > MOST_IN_BATCH) {
    throw invalidParameter("ids", `Invalid value for the query parameter 'ids'. Give 1 to ${MOST_IN_BATCH} ids.`);
  }
  const shown: Showing = {
    db: account.db,
    tables: account.visibleTables(),
    base: call.base,
    fields: null,
    expand: false,
    simpleEnums: false,
  };
  const items = ids.map((id) => showRecord(shown, type, openRecord(call, type, id)));
  const body = { links: [], count: items.length, hasMore: false, items, offset: 0, totalResults: items.length };
  return resource(JSON.stringify(body), "collection");
}

// Writing

function batch(call: RecordCall, type: RecordType, text: string): Operation[] {
  const { method, query } = call;
  const operation = (key: string, body: string): Operation => () =>
    Promise.resolve(write(call, type, key, undefined, [], method, body));
  let made: Operation[];
  if (method === "DELETE") {
    made = (query.get("ids") ?? "").split(",").filter((id) => id !== "").map((id) => operation(id.trim(), ""));
  } else {
    const { items } = parseBody(text);
    if (!Array.isArray(items) || !items.every(isObject)) {
      throw invalidContent("The body of a batch must have an array of objects named items.", "items");
    }
    made = items.map((item, index) => {
      if (method === "POST") return operation("", JSON.stringify(item));
      const { id, ...body } = item;
      const key = method === "PUT" ? `eid:${body.externalId ?? ""}` : String(id ?? "");
      if (key === "" || key === "eid:") {
        throw invalidContent("Each record of the batch needs an id or externalId.", `items[${index}]`);
      }
      return operation(key, JSON.stringify(body));
    });
  }
  if (made.length === 0 || made.length > MOST_IN_BATCH) {
    throw invalidContent(`A batch has 1 to ${MOST_IN_BATCH} records, not ${made.length}.`, "items");
  }
  return made;
}

function write(
  call: RecordCall,
  type: RecordType,
  key: string,
  third: string | undefined,
  more: string[],
  method: string,
  text: string,
): Response {
  const { account, request } = call;
  const strict = (name: string, usual: Strictness): Strictness => {
    const value = request.headers.get(name) ?? usual;
    if (value !== "Ignore" && value !== "Warning" && value !== "Error") {
      throw new RecordError(400, {
        detail: `Invalid value '${value}' of the header ${name}. Valid: Ignore, Warning, Error.`,
        "o:errorHeader": name,
        "o:errorCode": "INVALID_HEADER",
      });
    }
    return value;
  };
  try {
    const warnings: string[] = [];
    account.db.exec("SAVEPOINT record");
    try {
      const session = new Session(
        account.db,
        () => account.faults.chance(),
        Math.floor(account.now().getTime() / 1000),
      );
      const writing: Writing = {
        db: account.db,
        tables: account.visibleTables(),
        session,
        names: strict("X-NetSuite-PropertyNameValidation", "Warning"),
        values: strict("X-NetSuite-PropertyValueValidation", "Error"),
        warnings,
      };
      const location = apply(call, writing, type, key, third, more, method, text);
      account.db.exec("RELEASE record");
      const response = written(location);
      if (warnings.length) {
        response.headers.set("warning", `199 - "${warnings.join(" ").replace(/[^\x20-\x7e]|"/g, "'").slice(0, 1000)}"`);
      }
      return response;
    } catch (error) {
      account.db.exec("ROLLBACK TO record");
      account.db.exec("RELEASE record");
      throw error;
    }
  } catch (error) {
    if (error instanceof RecordError) return error.response();
    throw error;
  }
}

/** Does one write; gives the Location of the answer. */
function apply(
  call: RecordCall,
  writing: Writing,
  type: RecordType,
  key: string,
  third: string | undefined,
  more: string[],
  method: string,
  text: string,
): string | undefined {
  const { account, path } = call;
  const place = (target: RecordType, id: number | string | null | undefined) => `${call.base}${target.name}/${id}`;
  const create = (body: Body) => type.document ? createDocument(writing, type, body) : createPlain(writing, type, body);
  if (third === "!transform") {
    const target = RECORD_TYPES.get((more[0] ?? "").toLowerCase());
    if (method !== "POST" || !target?.document || more.length !== 1) throw noRecord(`/record/v1/${path}`);
    if (!account.permits(target.permission, "create")) throw new RecordError(403, { detail: "", "o:errorCode": "" });
    const stored = openRecord(call, type, key);
    return place(target, transformDocument(writing, type, stored, target, parseBody(text === "" ? "{}" : text)));
  }
  if (third === "!attach" || third === "!detach") {
    const stored = openRecord(call, type, key);
    if (method !== "POST" || (more[0] ?? "").toLowerCase() !== "contact" || !/^\d+$/.test(more[1] ?? "")) {
      throw noRecord(`/record/v1/${path}`);
    }
    const contact = readReference(writing, ["contact"], { id: more[1] }, "contact", "contact");
    writing.db.prepare('UPDATE "contact" SET company = ?, lastmodifieddate = ? WHERE id = ?')
      .run(third === "!attach" ? stored.id! : null, writing.session.stamp, contact);
    return undefined;
  }
  if (third !== undefined) throw noRecord(`/record/v1/${path}`);
  if (method === "POST") {
    if (key !== "") throw noRecord(`/record/v1/${path}`);
    return place(type, create(parseBody(text)));
  }
  if (method === "PUT") {
    if (!key.startsWith("eid:")) {
      throw invalidParameter("id", "An upsert needs an external ID: PUT /{type}/eid:{externalId}.", "INVALID_ID");
    }
    const externalId = key.slice(4);
    const body = { ...parseBody(text), externalId };
    if (findRecord(account.db, type, key)) update(call, writing, type, openRecord(call, type, key), body);
    else create(body);
    return place(type, findRecord(account.db, type, key)!.id);
  }
  const stored = openRecord(call, type, key);
  if (account.faults.strikes("recordChanged")) {
    throw new RecordError(400, {
      detail: "Error while accessing a resource. Record has been changed.",
      "o:errorCode": "RCRD_HAS_BEEN_CHANGED",
    });
  }
  if (method === "PATCH") {
    update(call, writing, type, stored, parseBody(text));
    return place(type, stored.id);
  }
  if (method !== "DELETE") throw noRecord(`/record/v1/${path}`);
  if (type.document) deleteDocument(writing, type, stored);
  else deletePlain(writing, type, stored);
  return undefined;
}

function update(call: RecordCall, writing: Writing, type: RecordType, stored: StoredRow, body: Body): void {
  const replace = new Set((call.query.get("replace") ?? "").toLowerCase().split(",").filter((name) => name !== ""));
  const unknown = [...replace].find((name) => !type.sublists.some((each) => each.toLowerCase() === name));
  if (unknown !== undefined) {
    throw invalidParameter(
      "replace",
      `Invalid value for the query parameter 'replace'. ${unknown} is no sublist of ${type.name}.`,
    );
  }
  if (type.document) updateDocument(writing, type, stored, body, replace);
  else updatePlain(writing, type, stored, body, replace);
}

function parseBody(text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalidContent("The request body is not valid JSON.");
  }
  if (!isObject(body)) throw invalidContent("The request body must be a JSON object.");
  return body;
}
