/** Paging of collections: limits, offsets and links. */
import type { ErrorDetail } from "./answers.ts";

export const MOST_ROWS = 1000;
/** Rows beyond this cannot be reached by paging. */
const REACHABLE_ROWS = 100_000;
const MOST_PAGES = 1000;

export interface PageWanted {
  limit: number;
  offset: number;
}

/**
 * Reads `limit` (1 to 1000, default 1000) and `offset` (a multiple of it, default 0) from a query string.
 *
 * @returns the page, or the error detail of the 400 that refuses it
 */
export function readPage(query: string): PageWanted | ErrorDetail {
  const refuse = (name: string, why: string): ErrorDetail => ({
    detail: `Invalid value for the query parameter '${name}'. ${why}`,
    "o:errorQueryParam": name,
    "o:errorCode": "INVALID_PARAMETER",
  });
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== "limit" && name !== "offset") return refuse(name, "The parameter is not known.");
    if (given.has(name)) return refuse(name, "The parameter must be given once.");
    given.set(name, value);
  }
  const [limitText, offsetText] = [given.get("limit") ?? String(MOST_ROWS), given.get("offset") ?? "0"];
  const [limit, offset] = [Number(limitText), Number(offsetText)];
  if (!/^\d+$/.test(limitText) || limit < 1 || limit > MOST_ROWS) {
    return refuse("limit", `The limit must be a whole number from 1 to ${MOST_ROWS}.`);
  }
  if (!/^\d+$/.test(offsetText)) return refuse("offset", "The offset must be a whole number.");
  if (offset % limit !== 0) return refuse("offset", "The offset must be divisible by the limit.");
  if (offset >= REACHABLE_ROWS || offset / limit >= MOST_PAGES) {
    return refuse("offset", `At most ${MOST_PAGES} pages and ${REACHABLE_ROWS} rows can be reached.`);
  }
  return { limit, offset };
}

/**
 * The JSON of one page of a collection.
 *
 * @param address URL of the collection without its query
 * @param items the inside of a JSON array
 * @param more other parameters of the links, each with its `&`
 */
export function collection(
  address: string,
  wanted: PageWanted,
  items: string,
  count: number,
  total: number,
  more = "",
): string {
  const { limit, offset } = wanted;
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  const hasMore = offset + count < total && count > 0;
  const links: { rel: string; href: string }[] = [];
  const link = (rel: string, at: number) => links.push({ rel, href: `${address}?${more}limit=${limit}&offset=${at}` });
  if (offset > 0) {
    link("first", 0);
    link("prev", Math.max(0, offset - limit));
  }
  if (hasMore) link("next", offset + limit);
  if (last > 0) link("last", last);
  link("self", offset);
  return `{"links":${JSON.stringify(links)},"count":${count},"hasMore":${hasMore},"items":[${items}],` +
    `"offset":${offset},"totalResults":${total}}`;
}
