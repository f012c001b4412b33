import { can, type Person } from "../../lib/access/roles.ts";
import type { Right } from "../../lib/access/permissions.ts";
import { count } from "../format.ts";

interface Tab {
  label: string;
  href: string;
  needs?: Right[];
}

const TABS: Tab[] = [
  { label: "Overview", href: "/sync" },
  { label: "Runs", href: "/sync/runs" },
  { label: "Quarantine", href: "/sync/quarantine", needs: ["rows:all"] },
  { label: "Schedules", href: "/sync/schedules" },
  { label: "Changes", href: "/sync/changes" },
  { label: "Totals", href: "/sync/marts" },
  { label: "Alerts", href: "/sync/alerts" },
  { label: "History", href: "/sync/history" },
];

export interface SyncTabsProps {
  person: Person | null;
  /** Path of the page. */
  path: string;
  /** Rows in quarantine, where the page knows. */
  quarantined?: number;
  /** Problems that are raised just now, where the page knows. */
  raised?: number;
}

/** The pages of the sync, side by side: those that the person may open. */
export function SyncTabs({ person, path, quarantined, raised }: SyncTabsProps) {
  const counts: Record<string, number | undefined> = { "/sync/quarantine": quarantined, "/sync/alerts": raised };
  return (
    <nav class="tabs" aria-label="Sync">
      {TABS.filter(({ needs = [] }) => needs.every((right) => can(person, right))).map(({ label, href }) => (
        <a
          key={href}
          href={href}
          class="tab"
          aria-current={path === href ? "page" : href !== "/sync" && path.startsWith(`${href}/`) ? "true" : undefined}
        >
          {label}
          {counts[href] ? <span class="num text-muted">{count(counts[href])}</span> : null}
        </a>
      ))}
    </nav>
  );
}
