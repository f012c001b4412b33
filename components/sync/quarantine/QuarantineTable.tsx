import type { QuarantinePage, QuarantineView } from "../../../lib/sync/views.ts";
import { Badge } from "../../Badge.tsx";
import { Button } from "../../Button.tsx";
import { Card } from "../../Card.tsx";
import { count, counted } from "../../format.ts";
import { Moment } from "../../Moment.tsx";
import { Head, Table } from "../../Table.tsx";
import { type QuarantineAddress, queryOf, rowHref } from "./address.ts";

export interface QuarantineTableProps {
  page: QuarantinePage;
  asked: QuarantineAddress;
  now: string;
  /** The person has `sync:manage`. */
  mayMend: boolean;
}

/** Id of the form that replays the rows that are ticked. */
const FORM = "replay-some";

/** Refused rows, each with what is wrong with it. Ticked ones can be replayed together. */
export function QuarantineTable({ page, asked, now, mayMend }: QuarantineTableProps) {
  const { rows, total, next } = page;
  return (
    <Card
      title={counted(total, "row")}
      subtitle="Kept as NetSuite gave them, until the row or the rule is mended"
      flush
    >
      <div class="max-sm:hidden">
        <Table caption="Rows in quarantine">
          <thead>
            <tr>
              <Head>Row</Head>
              <Head>What is wrong</Head>
              <Head>State</Head>
              <Head numeric class="max-lg:hidden">Last seen</Head>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <span class="flex items-center gap-2.5">
                    {mayMend && <Tick row={row} />}
                    <a class="max-w-40 truncate hover:underline sm:max-w-64" href={rowHref(row)}>{nameOf(row)}</a>
                  </span>
                </th>
                <td class="wrap min-w-64">
                  <Wrong row={row} />
                </td>
                <td>
                  <RowState row={row} />
                </td>
                <td class="n text-muted max-lg:hidden">
                  <Moment at={row.lastSeenAt} now={now} />
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      <ul class="divide-y divide-line border-t border-line px-(--card-pad) sm:hidden">
        {rows.map((row) => (
          <li key={row.id} class="py-3 text-list">
            <p class="flex min-h-6 items-center gap-2.5 font-medium">
              {mayMend && <Tick row={row} />}
              <a class="-my-3 min-w-0 flex-1 truncate py-3" href={rowHref(row)}>{nameOf(row)}</a>
              <RowState row={row} />
            </p>
            <p class="mt-1 wrap-anywhere text-muted">
              <Wrong row={row} />
            </p>
          </li>
        ))}
      </ul>
      <nav class="paging" aria-label="Pages of rows">
        {mayMend && (
          <form method="post" action={`/sync/quarantine${queryOf(asked)}`} id={FORM}>
            <input type="hidden" name="act" value="some" />
            <Button small icon="return">Replay those ticked</Button>
          </form>
        )}
        <span class="num">{count(rows.length)} of {count(total)} shown</span>
        <span class="ml-auto flex gap-2">
          {asked.after && <a class="btn small" href={`/sync/quarantine${queryOf({ ...asked, after: "" })}`}>First</a>}
          {next !== null && (
            <a class="btn small" href={`/sync/quarantine${queryOf({ ...asked, after: next })}`}>
              Next
            </a>
          )}
        </span>
      </nav>
    </Card>
  );
}

function Tick({ row }: { row: QuarantineView }) {
  return (
    <input
      class="checkbox checkbox-sm"
      type="checkbox"
      name="id"
      value={row.id}
      form={FORM}
      aria-label={`Choose ${nameOf(row)}`}
      autocomplete="off"
    />
  );
}

function Wrong({ row: { reasons } }: { row: QuarantineView }) {
  if (reasons.length === 0) return <span class="text-muted">Nothing any more</span>;
  const more = reasons.length - 1;
  return <>{reasons[0]}{more > 0 && <span class="text-muted">{` and ${counted(more, "thing")} more`}</span>}</>;
}

/** `contacts 48211`; a row without a key goes by the digest that stands for it. */
export function nameOf({ id, stream, key }: Pick<QuarantineView, "id" | "stream" | "key">): string {
  return `${stream} ${key ?? id.slice(stream.length + 1, stream.length + 9)}`;
}

/** Where the row stands: mended and ready, edited and still wrong, or as it came. */
export function RowState({ row }: { row: QuarantineView }) {
  if (row.isEdited && row.reasons.length === 0) return <Badge state="note">Ready to replay</Badge>;
  if (row.isEdited) return <Badge state="attention">Edited, still wrong</Badge>;
  return row.isMirrored
    ? <Badge state="due">Older version shown</Badge>
    : <Badge state="waiting">Not in the mirror</Badge>;
}
