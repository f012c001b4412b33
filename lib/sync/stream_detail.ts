import type { Store } from "../store/connect.ts";
import { LIVE } from "../store/live.ts";
import { aliasOf, type Stream } from "../streams/define.ts";
import type { Ledger } from "./ledger.ts";
import type { StreamDetailView } from "./views.ts";

/** Proofs that a stream's page shows. */
const PROOFS = 20;
/** Newest records that are looked through for custom fields. */
const SAMPLE = 200;

/** What is known of one stream besides where it stands: its columns, custom fields in use, and its last proofs. */
export async function readStreamDetail(store: Store, ledger: Ledger, stream: Stream): Promise<StreamDetailView> {
  const [proofs, newest] = await Promise.all([
    ledger.proofs.find({ stream: stream.name }, { sort: { at: -1 }, limit: PROOFS }).toArray(),
    store.collection<{ custom?: Record<string, unknown> }>(stream.name)
      .find(LIVE, { sort: { _id: -1 }, limit: SAMPLE, projection: { custom: 1 } }).toArray(),
  ]);
  const columns = (declared: Stream["columns"]) =>
    Object.entries(declared).map(([field, column]) => ({ field, source: aliasOf(column) }));
  return {
    key: stream.key,
    cursor: stream.cursor,
    follows: stream.follows?.stream ?? null,
    columns: columns(stream.columns),
    children: stream.children && {
      field: stream.children.field,
      table: stream.children.table,
      columns: columns(stream.children.columns),
    },
    custom: countCustom(newest.map(({ custom }) => custom ?? {})),
    sampled: newest.length,
    proofs: proofs.map(({ outcome, at, rows, repaired, differing, runId }) => ({
      ...{ outcome, at: at.toISOString(), rows, repaired, differing, runId },
    })),
  };
}

/** How many of these documents have a value in each custom field, most first. */
function countCustom(documents: Record<string, unknown>[]): StreamDetailView["custom"] {
  const counts = new Map<string, number>();
  for (const document of documents) {
    for (const [name, value] of Object.entries(document)) {
      if (value !== null && value !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].map(([name, documents]) => ({ name, documents })).sort((a, b) =>
    b.documents - a.documents || (a.name < b.name ? -1 : 1)
  );
}
