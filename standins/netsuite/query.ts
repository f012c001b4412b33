/** POST /services/rest/query/v1/suiteql */
import type { Account } from "./account.ts";
import { badQuery, badRequest, type ErrorDetail, methodNotAllowed, resource, unexpectedError } from "./answers.ts";
import { collection, readPage } from "./page.ts";
import { SuiteQLError } from "./suiteql/refuse.ts";

/** What the routes hand on: `query` is the raw text behind `?`, `address` the URL before it. */
export interface Call {
  request: Request;
  account: Account;
  query: string;
  address: string;
}

export async function answerQuery({ request, account, query, address }: Call): Promise<Response> {
  if (request.method !== "POST") return methodNotAllowed("POST");
  const prefers = (request.headers.get("prefer") ?? "").split(",").map((word) => word.trim().toLowerCase());
  if (!prefers.includes("transient")) {
    return badRequest({
      detail: "The required request header 'Prefer' is missing or not valid. Provide a valid value: transient.",
      "o:errorHeader": "Prefer",
      "o:errorCode": "INVALID_HEADER",
    });
  }
  const wanted = readPage(query);
  if ("detail" in wanted) return badRequest(wanted);
  const body = readBody(request.headers.get("content-type"), await request.text());
  if ("detail" in body) return badRequest(body);
  const bad = account.faults.current.badColumns?.find((name) => new RegExp(`\\b${name}\\b`, "i").test(body.q));
  if (bad !== undefined) return unexpectedError(errorId(account));
  if (account.faults.strikes("empty")) return resource(collection(address, wanted, "", 0, 0), "collection");
  await account.settle();
  try {
    const page = account.suiteql.run(body.q, body.params, wanted.limit, wanted.offset);
    if (account.faults.strikes("totalDrift")) {
      page.total = Math.max(wanted.offset + page.count, page.total + account.faults.current.totalDrift!.by);
    }
    if (page.count === wanted.limit && account.faults.strikes("betweenPages")) changeBetween(account);
    return resource(collection(address, wanted, page.items, page.count, page.total), "collection");
  } catch (error) {
    if (error instanceof SuiteQLError) return badQuery(error.detail, error.reason);
    throw error;
  }
}

/** Life goes on while a client reads page after page. */
function changeBetween(account: Account): void {
  const { changes = 0, deletions = 0 } = account.faults.current.betweenPages!;
  if (changes) account.change({ count: changes });
  if (deletions) account.change({ count: deletions, only: ["deleteOrder"] });
}

/** Twelve letters and digits, from the faults' own sequence. */
export function errorId(account: Account): string {
  return Array.from({ length: 12 }, () => Math.floor(account.faults.chance() * 36).toString(36)).join("");
}

function readBody(type: string | null, text: string): { q: string; params: string[] } | ErrorDetail {
  const refuse = (detail: string): ErrorDetail => ({ detail, "o:errorCode": "INVALID_CONTENT" });
  if (!/^application\/json\b/i.test(type ?? "")) {
    return refuse("The Content-Type of the request must be application/json.");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse("The request body is not valid JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return refuse("The request body must be a JSON object.");
  }
  const { q, params = [], ...more } = body as Record<string, unknown>;
  const unknown = Object.keys(more)[0];
  if (unknown !== undefined) return refuse(`The field '${unknown}' of the request body is not known.`);
  if (typeof q !== "string" || q.trim() === "") return refuse("The request body must have the field 'q' with a query.");
  if (!Array.isArray(params) || !params.every((p) => typeof p === "string")) {
    return refuse("The field 'params' of the request body must be an array of strings.");
  }
  return { q, params };
}
