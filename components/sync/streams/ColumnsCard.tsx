import type { StreamDetailView } from "../../../lib/sync/views.ts";
import { Card } from "../../Card.tsx";
import { count, counted } from "../../format.ts";

type Columns = StreamDetailView["columns"];

/** The columns that a stream mirrors, field by field, and the custom fields in use. */
export function ColumnsCard({ detail }: { detail: StreamDetailView }) {
  const { columns, children, custom, sampled } = detail;
  return (
    <Card
      title="Columns"
      subtitle={`${counted(columns.length, "field")}${
        children ? `, and ${count(children.columns.length)} of each row of ${children.table}` : ""
      }. Field of the document, column of NetSuite`}
    >
      <Pairs columns={columns} />
      {children && (
        <>
          <h3 class="mt-5 mb-2 text-list">{children.field}, from {children.table}</h3>
          <Pairs columns={children.columns} />
        </>
      )}
      <h3 class="mt-5 mb-2 text-list">Custom fields</h3>
      {custom.length === 0
        ? (
          <p class="text-list text-muted">
            {sampled === 0
              ? "Nothing is mirrored yet."
              : `None has a value in the newest ${counted(sampled, "record")}.`}
          </p>
        )
        : (
          <ul class="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-x-6 gap-y-1 text-list">
            {custom.map(({ name, documents }) => (
              <li key={name} class="flex justify-between gap-3">
                <span class="min-w-0 wrap-anywhere">{name}</span>
                <span class="num text-muted">{count(documents)} of {count(sampled)}</span>
              </li>
            ))}
          </ul>
        )}
    </Card>
  );
}

function Pairs({ columns }: { columns: Columns }) {
  return (
    <ul class="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-x-6 gap-y-1 text-list">
      {columns.map(({ field, source }) => (
        <li key={field} class="flex justify-between gap-3">
          <span class="min-w-0 wrap-anywhere">{field}</span>
          <span class="min-w-0 text-right wrap-anywhere text-muted">{source}</span>
        </li>
      ))}
    </ul>
  );
}
