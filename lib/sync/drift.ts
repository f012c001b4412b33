import type { Store } from "../store/connect.ts";
import { allOf, type ColumnChange, type ColumnDocument } from "./columns.ts";
import type { DriftView } from "./views.ts";

/** Changes that are shown at most. */
const MOST = 200;
const NAMES: Record<ColumnChange["kind"], DriftView["change"]> = {
  appeared: "appeared",
  vanished: "vanished",
  type: "type_changed",
};

/** Changes of NetSuite's columns, newest first. */
export async function readDrift(store: Store): Promise<DriftView[]> {
  const columns = [...(await allOf(store)).values()];
  return columns.flatMap((column) => column.changes.map((change, at) => driftView(column, change, at)))
    .sort((a, b) => a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? -1 : 1)
    .slice(0, MOST);
}

function driftView(column: ColumnDocument, change: ColumnChange, at: number): DriftView {
  return {
    id: `${column._id}#${at}`,
    table: change.table,
    column: change.column,
    change: NAMES[change.kind],
    before: change.from,
    after: change.to,
    at: change.at.toISOString(),
    text: sentence(column, change),
  };
}

function sentence({ label, isFilled, state }: ColumnDocument, { kind, column, from, to }: ColumnChange): string {
  const name = label === null ? column : `"${label}" (${column})`;
  switch (kind) {
    case "appeared":
      return `${name} is mirrored as ${to} under custom.${column}.` +
        (isFilled || state !== "present" ? "" : " Older records get it with the next full run at the latest.");
    case "vanished":
      return `${name} is no longer in NetSuite. Documents keep what they have until they change.`;
    case "type":
      return `${name} is read as ${to} from now on, before as ${from}. A value that does not fit is kept as text.`;
  }
}
