import { page } from "fresh";
import { auditQueryOf, auditQueryText, readAuditFilters } from "../../../components/admin/audit_filters.ts";
import { AuditTable } from "../../../components/admin/AuditTable.tsx";
import { TextField } from "../../../components/admin/Field.tsx";
import { Button, LinkButton } from "../../../components/Button.tsx";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { count, counted } from "../../../components/format.ts";
import { TimesIn } from "../../../components/Moment.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { AUDIT_ACTIONS, type AuditEntry, type AuditVerdict, can } from "../../../lib/access/mod.ts";
import { define, type State } from "../../../utils.ts";

const ROWS = 50;

interface Data {
  entries: AuditEntry[];
  total: number;
  /** What the next page begins below; null on the last one. */
  next: number | null;
  verdict: AuditVerdict | null;
  now: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, ctx.url, null));
  },

  /** Verifies the whole log and says what was found. */
  async POST(ctx) {
    const { audit } = ctx.state.services;
    const verdict = await audit.verify();
    await audit.write({
      action: "audit.verified",
      details: { isWhole: verdict.isWhole, entries: verdict.entries, faults: verdict.faults.length },
    });
    return page(await look(ctx.state, ctx.url, verdict));
  },
});

async function look({ services: { audit, config } }: State, url: URL, verdict: AuditVerdict | null): Promise<Data> {
  const filters = readAuditFilters(url.searchParams);
  const query = auditQueryOf(filters, config.zone);
  const { before: _, ...whole } = query;
  const [found, total] = await Promise.all([audit.list(query, ROWS + 1), audit.count(whole)]);
  const entries = found.slice(0, ROWS);
  const next = found.length > ROWS ? entries.at(-1)!._id : null;
  return { entries, total, next, verdict, now: new Date().toISOString() };
}

export default define.page<typeof handler>(function AuditPage({ data, state, url }) {
  const { entries, total, next, verdict, now } = data;
  const filters = readAuditFilters(url.searchParams);
  const isFiltered = auditQueryText({ ...filters, before: null }) !== "";
  const href = (before: number | null) => `/admin/audit?${auditQueryText({ ...filters, before })}`;
  return (
    <Shell state={state} url={url} title="Audit" crumbs={[{ label: "Admin" }]}>
      <PageHead
        title="Audit"
        actions={
          <>
            {can(state.person, "data:export") && total > 0 && (
              <LinkButton
                icon="download"
                href={`/admin/audit/export.csv?${auditQueryText({ ...filters, before: null })}`}
                download
              >
                Download CSV
              </LinkButton>
            )}
            <form method="post" action="/admin/audit">
              <Button icon="shield">Verify the log</Button>
            </form>
          </>
        }
      >
        {counted(total, "entry", "entries")}, newest first. <TimesIn />
      </PageHead>
      {verdict && <Verdict verdict={verdict} />}
      <form class="mb-4 flex flex-wrap items-end gap-2" action="/admin/audit" role="search" aria-label="Audit">
        <TextField
          class="max-sm:w-full"
          name="q"
          label="Person or subject"
          type="search"
          value={filters.q}
          maxLength={100}
        />
        <label class="flex flex-col gap-1 text-xs text-muted max-sm:w-full">
          What
          <select class="select w-56 text-base-content max-sm:h-11 max-sm:w-full" name="action">
            <option value="">Everything</option>
            {Object.entries(AUDIT_ACTIONS).map(([action, words]) => (
              <option key={action} value={action} selected={action === filters.action}>{words}</option>
            ))}
          </select>
        </label>
        <TextField class="max-sm:flex-1" name="from" label="From" type="date" value={filters.from} />
        <TextField class="max-sm:flex-1" name="to" label="To, included" type="date" value={filters.to} />
        <button class="btn h-9 max-sm:h-11" type="submit">Show</button>
      </form>
      <Card flush label="Entries">
        {entries.length === 0
          ? (
            <Empty title="No entries" action={isFiltered && <a class="go" href="/admin/audit">Show everything</a>}>
              {isFiltered ? "No entry matches these filters." : "Nothing has been written down yet."}
            </Empty>
          )
          : <AuditTable entries={entries} now={now} />}
        {(filters.before !== null || next !== null) && (
          <nav class="paging num" aria-label="Pages of the audit log">
            <span class="ml-auto flex gap-2">
              {filters.before !== null && <a class="btn small" href={href(null)}>Newest</a>}
              {next !== null && <a class="btn small" href={href(next)}>Older</a>}
            </span>
          </nav>
        )}
      </Card>
    </Shell>
  );
});

function Verdict({ verdict }: { verdict: AuditVerdict }) {
  return (
    <div class="mb-4">
      {verdict.isWhole
        ? (
          <Notice tone="good" title={`The log is whole: ${count(verdict.entries)} entries.`} role="status">
            {verdict.head && (
              <>
                Note its head elsewhere, to find later what was cut off: <code class="break-all">{verdict.head}</code>
              </>
            )}
          </Notice>
        )
        : (
          <Notice tone="wrong" title="The log is not whole." role="alert">
            <ul class="mt-1 space-y-1">
              {verdict.faults.map((fault) => <li key={fault}>{fault}</li>)}
            </ul>
          </Notice>
        )}
    </div>
  );
}
