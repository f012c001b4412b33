import { auditQueryOf, auditQueryText, readAuditFilters } from "../../../components/admin/audit_filters.ts";
import { AUDIT_ACTIONS, type AuditEntry, type AuditQuery } from "../../../lib/access/mod.ts";
import type { Cell } from "../../../lib/files/cells.ts";
import { download } from "../../../lib/files/download.ts";
import { define, type Services } from "../../../utils.ts";

const BATCH = 1000;
const HEAD = ["No.", "Time (UTC)", "Action", "What", "Actor", "Actor id", "Key", "Address", "Subject", "Subject id"]
  .concat(["Details", "Previous hash", "Hash"]);

/** The entries that the filters leave, all pages, newest first. The download itself is the newest entry of the log. */
export const handler = define.handlers({
  async GET(ctx) {
    const { audit, config } = ctx.state.services;
    const filters = { ...readAuditFilters(ctx.url.searchParams), before: null };
    const query = auditQueryOf(filters, config.zone);
    await audit.write({
      action: "data.exported",
      subject: { kind: "report", id: "audit", name: "Audit log" },
      details: { format: "csv", rows: await audit.count(query), filters: auditQueryText(filters) },
    });
    return download({ name: "Audit log", head: HEAD, rows: rowsOf(audit, query) }, "csv", "audit");
  },
});

async function* rowsOf(audit: Services["audit"], query: AuditQuery): AsyncGenerator<Cell[]> {
  let before: number | undefined;
  while (true) {
    const entries = await audit.list({ ...query, ...(before === undefined ? {} : { before }) }, BATCH);
    if (entries.length === 0) return;
    yield* entries.map(cellsOf);
    before = entries.at(-1)!._id;
  }
}

function cellsOf({ _id, at, action, actor, subject, details, previous, hash }: AuditEntry): Cell[] {
  return [
    _id,
    at.toISOString(),
    action,
    AUDIT_ACTIONS[action] ?? action,
    actor.name,
    actor.id,
    actor.key?.name ?? null,
    actor.address,
    subject?.name ?? null,
    subject?.id ?? null,
    JSON.stringify(details),
    previous,
    hash,
  ];
}
