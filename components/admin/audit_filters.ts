import { AUDIT_ACTIONS, type AuditAction } from "../../lib/access/audit_entry.ts";
import type { AuditQuery } from "../../lib/access/audit.ts";
import { addDays, isDay, startOf } from "../../lib/marts/days.ts";

/** The filters of the Audit page as its URL has them; what makes no sense there is left out. */
export interface AuditFilters {
  action: AuditAction | "";
  q: string;
  /** Days of the company, both included; empty for open. */
  from: string;
  to: string;
  /** Number that the page begins below. */
  before: number | null;
}

/** Reads the filters out of a URL. */
export function readAuditFilters(params: URLSearchParams): AuditFilters {
  const action = params.get("action") ?? "";
  const dayOf = (name: string) => {
    const day = params.get(name) ?? "";
    return isDay(day) && day >= "1970-01-02" && day <= "2999-12-31" ? day : "";
  };
  const before = params.get("before") ?? "";
  return {
    action: isAction(action) ? action : "",
    q: (params.get("q") ?? "").trim().slice(0, 100),
    from: dayOf("from"),
    to: dayOf("to"),
    before: /^[1-9]\d{0,14}$/.test(before) ? Number(before) : null,
  };
}

/** The filters as a query of a URL. */
export function auditQueryText({ before, ...filters }: AuditFilters): string {
  const set = Object.entries(filters).filter(([, value]) => value !== "");
  return new URLSearchParams([...set, ...(before === null ? [] : [["before", String(before)]])]).toString();
}

/** What the filters ask of the log. @param zone the company's, in which days begin */
export function auditQueryOf({ action, q, from, to, before }: AuditFilters, zone: string): AuditQuery {
  return {
    ...(action ? { action } : {}),
    ...(q ? { text: q } : {}),
    ...(from ? { from: startOf(from, zone) } : {}),
    ...(to ? { until: startOf(addDays(to, 1), zone) } : {}),
    ...(before === null ? {} : { before }),
  };
}

const isAction = (value: string): value is AuditAction => Object.hasOwn(AUDIT_ACTIONS, value);
