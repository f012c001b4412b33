import type { QuarantineView } from "../../../lib/sync/views.ts";

/** What the quarantine's page shows, as its address has it. */
export interface QuarantineAddress {
  stream?: string;
  reason?: string;
  text?: string;
  after?: string;
}

/** Reads the address; what is empty is not asked for. */
export function readAddress(search: URLSearchParams): QuarantineAddress {
  const asked: QuarantineAddress = {};
  for (const [name, key] of [["stream", "stream"], ["reason", "reason"], ["q", "text"], ["after", "after"]] as const) {
    const value = search.get(name)?.trim().slice(0, 300);
    if (value) asked[key] = value;
  }
  return asked;
}

/** The query of an address, with its `?`; empty where nothing is asked. */
export function queryOf({ stream, reason, text, after }: QuarantineAddress): string {
  const query = new URLSearchParams();
  if (stream) query.set("stream", stream);
  if (reason) query.set("reason", reason);
  if (text) query.set("q", text);
  if (after) query.set("after", after);
  const words = query.toString();
  return words === "" ? "" : `?${words}`;
}

/** The page of a row. Its key may hold anything, so it is written for a path. */
export function rowHref({ id, stream }: Pick<QuarantineView, "id" | "stream">): string {
  return `/sync/quarantine/${encodeURIComponent(stream)}/${encodeURIComponent(id.slice(stream.length + 1))}`;
}

/** All rows that the address covers, as CSV from the API. */
export function csvHref({ stream, reason, text }: QuarantineAddress): string {
  const query = new URLSearchParams(
    Object.entries({ stream, reason, text }).filter(([, value]) => value) as [string, string][],
  );
  return `/api/v1/sync/quarantine.csv${query.size > 0 ? `?${query}` : ""}`;
}
