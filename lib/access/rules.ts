import type { Right } from "./permissions.ts";

/** What a request needs: nothing (`public`), a signed-in person with these rights, or `unlisted`: refused. */
export type Need = "public" | "unlisted" | readonly Right[];

/** Where a second factor is set up: the only page besides those for everybody that somebody reaches who must have one first. */
export const SECOND_FACTOR_PAGE = "/account/second-factor";

/** Who may do what with one route, by method. HEAD is as GET; a method that is not named is not possible. */
type Rule = { readonly [method in "GET" | "POST" | "PUT" | "PATCH" | "DELETE"]?: Need } & { readonly any?: Need };

/**
 * Which page needs what: one line for every file of `routes/`, by the pattern of its URL. The one list. A file without a
 * line ends the start of the program (`route_check.ts`), which says what to add here.
 *
 * The JSON API below `/api/v1` needs a person here; each of its routes declares its own rights in `lib/api`.
 */
const RULES: Readonly<Record<string, Rule>> = {
  "/": { GET: [] },
  "/sign-in": { GET: "public", POST: "public" },
  "/sign-in/oidc": { GET: "public" }, // leads to the sign-in provider
  "/sign-in/oidc/leave": { GET: "public" }, // leads away from there again
  "/sign-in/oidc/return": { GET: "public" }, // a code that works once is the key, in the browser that began only
  "/sign-in/code": { GET: "public", POST: "public" }, // the challenge in its cookie is the key
  "/sign-out": { POST: "public" }, // it only ever takes rights away, and must work after the session has ended
  "/setup/:token": { GET: "public", POST: "public" }, // the token in its path is the key
  "/invite/:token": { GET: "public", POST: "public" }, // so here
  "/reset": { GET: "public", POST: "public" },
  "/reset/:token": { GET: "public", POST: "public" },
  "/account": { GET: [], POST: [] },
  [SECOND_FACTOR_PAGE]: { GET: [], POST: [] },
  "/api/auth/:path*": { any: "public" },
  "/api/v1/:path*": { any: [] },
  "/api/:path*": { any: [] },
  "/metrics": { GET: "public" }, // it asks itself, for a token, a key or metrics:view (lib/api/metrics.ts)
  "/preferences": { POST: [] },
  "/search": { GET: [] }, // it finds what the person may see
  "/sync": { GET: ["sync:view"] },
  "/sync/check": { GET: ["sync:view", "sync:run"] }, // it asks NetSuite, so it is not for everybody who may look
  "/sync/quarantine": { GET: ["sync:view", "rows:all"], POST: ["sync:view", "rows:all", "sync:manage"] },
  "/sync/quarantine/:stream/:key": { GET: ["sync:view", "rows:all"], POST: ["sync:view", "rows:all", "sync:manage"] },
  "/sync/schedules": { GET: ["sync:view"], POST: ["sync:view", "sync:manage"] },
  "/sync/schedules/:id": { GET: ["sync:view", "sync:manage"], POST: ["sync:view", "sync:manage"] },
  "/sync/runs": { GET: ["sync:view"], POST: ["sync:view", "sync:run"] },
  "/sync/runs/:id": { GET: ["sync:view"], POST: ["sync:view", "sync:run"] },
  "/sync/history": { GET: ["sync:view"] },
  "/sync/changes": { GET: ["sync:view"] },
  "/sync/marts": { GET: ["sync:view"], POST: ["sync:view", "sync:manage"] },
  "/sync/alerts": { GET: ["sync:view"], POST: ["sync:view", "sync:manage"] },
  "/sync/streams/:name": { GET: ["sync:view"] },
  "/sync/start": { GET: ["sync:view", "sync:run"], POST: ["sync:view", "sync:run"] },
  "/see-as": { POST: [] }, // to begin it asks for roles:manage itself; to leave it needs nothing
  "/admin/users": { GET: ["users:manage"], POST: ["users:manage"] },
  "/admin/users/:id": { GET: ["users:manage"], POST: ["users:manage"] },
  "/admin/roles": { GET: ["roles:manage"], POST: ["roles:manage"] },
  "/admin/roles/new": { GET: ["roles:manage"], POST: ["roles:manage"] },
  "/admin/keys": { GET: ["keys:manage"], POST: ["keys:manage"] },
  "/admin/audit": { GET: ["audit:view", "rows:all"], POST: ["audit:view", "rows:all"] },
  "/admin/audit/export.csv": { GET: ["audit:view", "rows:all", "data:export"] },
  "/sales": { GET: ["sales:view"] },
  "/sales/export.csv": { GET: ["sales:view", "data:export"] },
  "/sales/export.xlsx": { GET: ["sales:view", "data:export"] },
  "/sales/records": { GET: ["sales:view"] },
  "/sales/records/export.csv": { GET: ["sales:view", "data:export"] },
  "/sales/records/export.xlsx": { GET: ["sales:view", "data:export"] },
};

/** Every route that has a rule. */
export const RULED_ROUTES: readonly string[] = Object.keys(RULES);

/**
 * Looks up what a request needs.
 *
 * @param method HTTP method, upper case
 * @param route the pattern that the router matched, e.g. `/sync/runs/:id`; a pattern and not the typed path, so that no
 *   way of writing a path differently can reach a page by another rule
 */
export function needOf(method: string, route: string): Need {
  const rule = Object.hasOwn(RULES, route) ? RULES[route] : undefined;
  if (rule === undefined) return "unlisted";
  const known = method === "HEAD" ? "GET" : method;
  return Object.hasOwn(rule, known) ? rule[known as "GET"]! : rule.any ?? "unlisted";
}

/** True when some method of the route has a rule. */
export function isRuled(route: string): boolean {
  return Object.hasOwn(RULES, route);
}
