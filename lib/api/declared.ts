import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Right } from "../access/permissions.ts";
import { AppError } from "../errors.ts";
import type { ApiEnv } from "./app.ts";

/** The extension of a route's description that holds the rights it needs. */
export const RIGHTS_FIELD = "x-rights";

/** A route of the API with what it needs. */
export interface ApiRoute {
  /** Upper case. */
  method: string;
  /** As the description has it: `/api/v1/sync/runs/{id}`. */
  path: string;
  /** An empty list asks for a signed-in person only. */
  need: "public" | readonly Right[];
}

/**
 * Every route of the API, with what it declared to need. Called once all are added, so that a route that declares nothing
 * ends the start.
 *
 * @throws {AppError} `bad_config`, naming each route that was added by neither `securedRoute` nor `security: []`
 */
export function declaredRoutes(app: OpenAPIHono<ApiEnv>, basePath: string): ApiRoute[] {
  const declared = new Map<string, ApiRoute>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path, security, ...more } = definition.route;
    const rights: unknown = Reflect.get(more, RIGHTS_FIELD);
    const need: ApiRoute["need"] | null = Array.isArray(rights)
      ? rights as Right[]
      : security?.length === 0
      ? "public"
      : null;
    if (need === null) continue;
    const route = { method: method.toUpperCase(), path: path.startsWith(basePath) ? path : basePath + path, need };
    declared.set(`${route.method} ${route.path}`, route);
  }
  const added = app.routes.filter((route) => route.method !== "ALL")
    .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const silent = [...new Set(added)].filter((name) => !declared.has(name));
  if (silent.length === 0) return [...declared.values()];
  throw new AppError(
    `Cannot start, routes of the API that do not say what they need: ${silent.join(", ")}. ` +
      "Declare them by securedRoute([...rights], …), or with security: [] for everybody.",
    "bad_config",
    "fix_config",
  );
}
