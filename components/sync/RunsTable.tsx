import type { RunView } from "../../lib/sync/views.ts";
import { count, duration } from "../format.ts";
import { Moment } from "../Moment.tsx";
import { Head, Num, Table } from "../Table.tsx";
import { OutcomeBadge } from "./OutcomeBadge.tsx";
import { kindName, streamsOf } from "./progress.ts";
import { RunFault } from "./RunFault.tsx";

export interface RunsTableProps {
  runs: RunView[];
  now: string;
  caption?: string;
  /** Fewer columns, and faults by their outcome only: for a narrow card. */
  short?: boolean;
  /** The run whose fault is told already, right above. */
  told?: number;
}

/** Runs, newest first. One that failed says why in the row below it. A list on a phone. */
export function RunsTable({ runs, now, caption = "Runs", short = false, told }: RunsTableProps) {
  return (
    <>
      <div class="max-sm:hidden">
        <Table caption={caption}>
          <thead>
            <tr>
              <Head>Run</Head>
              <Head>Kind</Head>
              {!short && <Head class="max-lg:hidden">Streams</Head>}
              {!short && <Head class="max-lg:hidden">By</Head>}
              <Head numeric>Started</Head>
              <Head numeric>Took</Head>
              <Head numeric>Read</Head>
              <Head numeric>Written</Head>
              {!short && <Head numeric>Deleted</Head>}
              <Head>Outcome</Head>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => [
              <tr key={run.id}>
                <th scope="row">
                  <a class="hover:underline" href={`/sync/runs/${run.id}`}>{run.id}</a>
                </th>
                <td>{kindName(run)}</td>
                {!short && <td class="text-muted max-lg:hidden">{streamsOf(run)}</td>}
                {!short && <td class="text-muted max-lg:hidden">{run.requestedBy}</td>}
                <td class="n">
                  <Moment at={run.startedAt} now={now} />
                </td>
                <td class="n">{duration(took(run, now))}</td>
                <Num value={run.rowsRead} />
                <Num value={run.written} />
                {!short && <Num value={run.deleted} />}
                <td>
                  <OutcomeBadge run={run} />
                </td>
              </tr>,
              run.error && !short && run.id !== told && (
                <tr class="detail" key={`${run.id}-fault`}>
                  <td colSpan={10}>
                    <RunFault fault={run.error} />
                  </td>
                </tr>
              ),
            ])}
          </tbody>
        </Table>
      </div>
      <ul class="divide-y divide-line px-(--card-pad) pb-2 sm:hidden">
        {runs.map((run) => (
          <li key={run.id} class="py-3">
            <p class="flex items-center gap-2">
              <a class="-my-3 py-3 font-medium" href={`/sync/runs/${run.id}`}>{kindName(run)} run {run.id}</a>
              <span class="ml-auto">
                <OutcomeBadge run={run} />
              </span>
            </p>
            <p class="num text-xs text-muted">
              <Moment at={run.startedAt} now={now} />, {count(run.rowsRead)} read, {count(run.written)} written
            </p>
            {run.error && !short && run.id !== told && <RunFault fault={run.error} class="mt-2" />}
          </li>
        ))}
      </ul>
    </>
  );
}

/** How long it took; for a run in progress, how long it has been going. */
function took(run: RunView, now: string): number | null {
  if (run.tookMs !== null) return run.tookMs;
  return run.startedAt === null ? null : Math.max(0, +new Date(now) - +new Date(run.startedAt));
}
