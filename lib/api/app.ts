import { createRoute, OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { refusalOf, type Right } from "../access/permissions.ts";
import { noteRefusal } from "../access/refusals.ts";
import { missing, type Person } from "../access/roles.ts";
import { logOf } from "../log.ts";
import { RIGHTS_FIELD } from "./declared.ts";
import { faultsOf } from "./faults.ts";
import { ForbiddenError, InputError, isUnexpected, problemOf, problemResponse, refuse } from "./problem.ts";
import { ProblemSchema } from "./schemas.ts";

/** What each request brings: the signed-in person, decided by the page's middleware. Null only on public paths. */
export interface ApiEnv {
  Bindings: { person: Person | null };
}

/** The most that a request may carry, in bytes. */
export const MOST_BODY_BYTES = 64 * 1024;

const log = logOf("api");

/** An empty API: checks, refusals and limits that hold for every resource. Resources add their routes to it. */
export function makeApp(basePath: string): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const where = WHERE[result.target] ?? "body";
      throw new InputError(faultsOf(result.error, where, Reflect.get(result, "data")));
    },
  });
  app.onError((error) => answerTo(error));
  app.use(bodyLimit({
    maxSize: MOST_BODY_BYTES,
    onError: () => refuse("too_large", `The body is larger than ${MOST_BODY_BYTES / 1024} KB, the most that is read.`),
  }));
  return app.basePath(basePath);
}

/**
 * Declares a route that needs permissions. The only way a resource declares one besides `publicRoute`, so that none is
 * open by accident; the permissions also stand in the description.
 *
 * @param needs what the person must have; an empty list asks for a signed-in person only
 */
export function securedRoute<const R extends RouteConfig>(needs: readonly Right[], route: R) {
  const needed = needs.length === 0
    ? "a signed-in person"
    : `the permission${needs.length > 1 ? "s" : ""} ${needs.join(" and ")}`;
  return createRoute(
    {
      ...route,
      description: `${route.description ?? ""} Needs ${needed}.`.trim(),
      security: [{ session: [] }, { key: [] }],
      [RIGHTS_FIELD]: needs,
      middleware: [guard(needs)] as MiddlewareHandler<ApiEnv>[],
      responses: { ...route.responses, ...REFUSALS },
    } as Omit<R, "middleware"> & { middleware: MiddlewareHandler<ApiEnv>[] },
  );
}

/** Who asks, behind a secured route: there is always somebody. */
export function personOf(c: Context<ApiEnv>): Person {
  const person = c.env.person;
  if (person === null) throw new Error("A route reads the person without being secured");
  return person;
}

/** Adds the description of everything that was added before, at `/openapi.json`, for signed-in people. */
export function addDescription(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "tidemark.session_token",
    description: "The cookie of a signed-in browser; over https its name begins with `__Host-`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key (`tm_…`), made under Admin > API keys. It has some of the rights of its owner.",
  });
  const described = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Tidemark",
        version: "1",
        description:
          "The mirror's state, its runs, and the reports, as JSON. Refusals are problem documents (RFC 9457).",
      },
      servers: [{ url: "/" }],
      security: [{ session: [] }, { key: [] }],
    });
  app.openapi(getDescription, (c) => c.json(described(), 200));
}

/** Answers unknown paths with 404 and known ones asked by a wrong method with 405. Called once, after all routes. */
export function refuseTheRest(app: OpenAPIHono<ApiEnv>, basePath: string): void {
  const methods = new Map<string, Set<string>>();
  for (const route of app.routes) {
    if (route.method === "ALL") continue;
    const known = methods.get(route.path) ?? new Set();
    methods.set(route.path, known.add(route.method));
  }
  for (const [path, known] of methods) {
    const allow = [...known].flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]).join(", ");
    app.all(
      path.slice(basePath.length),
      (c) => refuse("method_not_allowed", `${c.req.method} is not possible here, only ${allow}.`, { Allow: allow }),
    );
  }
  app.notFound((c) =>
    refuse("not_found", `There is nothing at ${c.req.path}. The API is described at /api/v1/openapi.json.`)
  );
}

function guard(needs: readonly Right[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (c.env.person === null) return refuse("not_signed_in", "This needs a signed-in person. Sign in at /sign-in.");
    const lacking = missing(c.env.person, needs);
    if (lacking !== null) {
      noteRefusal(c.env.person, lacking, `${c.req.method} ${c.req.routePath}`);
      throw new ForbiddenError(refusalOf(lacking), lacking);
    }
    return await next();
  };
}

function answerTo(error: Error): Response {
  if (error instanceof HTTPException) return answerToFramework(error);
  if (isUnexpected(error)) log.error("Request ended by an unexpected error: {error}", { error });
  return problemResponse(problemOf(error));
}

/** The framework throws its own errors for bodies that it cannot read. */
function answerToFramework(error: HTTPException): Response {
  if (error.status === 415) {
    return refuse("unsupported_media", "The body must be JSON, sent with Content-Type: application/json.");
  }
  const detail = "The body is not JSON: it cannot be read.";
  return problemResponse(problemOf(new InputError([{ in: "body", field: "", detail }])));
}

const WHERE: Record<string, "query" | "path" | "body" | "header"> = {
  query: "query",
  param: "path",
  json: "body",
  header: "header",
};

const problemBody = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemSchema } },
});

const REFUSALS = {
  401: problemBody("Nobody is signed in"),
  403: problemBody("The person lacks a permission, which the problem names"),
};

const getDescription = securedRoute([], {
  method: "get",
  path: "/openapi.json",
  tags: ["Description"],
  summary: "This description",
  responses: { 200: { description: "OpenAPI 3.1", content: { "application/json": { schema: z.looseObject({}) } } } },
});
