import { missing, type Person } from "../../lib/access/roles.ts";
import { needOf } from "../../lib/access/rules.ts";
import { NAVIGATION } from "../navigation.ts";
import type { Target } from "./matching.ts";

/** Pages below those of the navigation, and pages where something is begun. A new one is one line here. */
const MORE: Target[] = [
  { label: "Runs", group: "Sync", href: "/sync/runs", icon: "sync" },
  { label: "Quarantine", group: "Sync", href: "/sync/quarantine", icon: "triangle" },
  { label: "Schedules", group: "Sync", href: "/sync/schedules", icon: "clock" },
  { label: "Changes of tables and columns", group: "Sync", href: "/sync/changes", icon: "info", words: "schema drift" },
  { label: "Totals", group: "Sync", href: "/sync/marts", icon: "table", words: "marts rebuild" },
  { label: "Alerts", group: "Sync", href: "/sync/alerts", icon: "octagon", words: "webhook mail" },
  { label: "History of the sync", group: "Sync", href: "/sync/history", icon: "sales" },
  { label: "Start a run", group: "Do", href: "/sync/start", icon: "play", words: "full proof backfill dry" },
  { label: "Check the connection", group: "Do", href: "/sync/check", icon: "plug", words: "netsuite" },
  { label: "New role", group: "Do", href: "/admin/roles/new", icon: "plus" },
  { label: "Your account", group: "You", href: "/account", icon: "users", words: "password sessions second factor" },
];

/** Where a person may go, by the rules of the routes: the navigation's pages first, then those below them. */
export function targetsOf(person: Person | null): Target[] {
  const pages = NAVIGATION.flatMap(({ label, places }) =>
    places.map(({ permission: _permission, ...place }): Target => ({ ...place, group: label ?? "Pages" }))
  );
  return [...pages, ...MORE].filter(({ href }) => {
    const need = needOf("GET", href);
    return typeof need !== "string" && person !== null && missing(person, need) === null;
  });
}
