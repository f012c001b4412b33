import type { Permission } from "./roles.ts";

/** What a request needs: nothing (`public`), a signed-in person with these permissions, or `unlisted`: refused. */
export type Need = "public" | "unlisted" | readonly Permission[];

interface Rule {
  /** A route pattern without its parameters; holds for itself and everything below it. */
  below: string;
  /** Only these methods; stands before the rule for the others. */
  methods?: readonly string[];
  need: Need;
}

/**
 * Which page needs what. The one list: a page that no rule covers is refused to everybody, so a new page gets its line
 * here first. Routes of the JSON API need a person here, and their own permissions in `lib/api`.
 */
const RULES: readonly Rule[] = [
  { below: "/sign-in", need: "public" },
  { below: "/sign-out", need: "public" }, // it only ever takes rights away, and must work after the session has ended
  { below: "/setup", need: "public" }, // the token in its path is the key
  { below: "/api/auth", need: "public" },
  { below: "/api", need: [] },
  { below: "/preferences", need: [] },
  { below: "/sync", methods: ["POST", "PUT", "PATCH", "DELETE"], need: ["sync:view", "sync:run"] },
  { below: "/sync", need: ["sync:view"] },
  { below: "/sync/check", need: ["sync:view", "sync:run"] }, // it asks NetSuite, so it is not for everybody who may look
  { below: "/sales", need: ["sales:view"] },
  { below: "/sales/export.csv", need: ["sales:view", "data:export"] },
];

/**
 * Looks up what a request needs. The longest rule that covers the route wins; Home (`/`) needs a person only.
 *
 * @param method HTTP method, upper case
 * @param route the pattern that the router matched, e.g. `/sync/runs/:id`; a pattern and not the typed path, so that no
 *   way of writing a path differently can reach a page by another rule
 */
export function needOf(method: string, route: string): Need {
  if (route === "/") return [];
  const covers = (rule: Rule) =>
    (route === rule.below || route.startsWith(`${rule.below}/`)) && (rule.methods?.includes(method) ?? true);
  const found = RULES.filter(covers).sort((a, b) => b.below.length - a.below.length)[0];
  return found?.need ?? "unlisted";
}
