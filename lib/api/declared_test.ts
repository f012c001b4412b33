import assert from "node:assert/strict";
import { createRoute, z } from "@hono/zod-openapi";
import { makeApp, securedRoute } from "./app.ts";
import { declaredRoutes } from "./declared.ts";

const answer = { 200: { description: "x", content: { "application/json": { schema: z.object({}) } } } };

Deno.test("declaredRoutes lists what each route needs, and ends the start for one that does not say", () => {
  const app = makeApp("/api/v1");
  const secured = securedRoute(["sync:view"], { method: "get", path: "/a/{id}", responses: answer });
  const open = createRoute({ method: "get", path: "/b", security: [], responses: answer });
  app.openapi(secured, (c) => c.json({}, 200));
  app.openapi(open, (c) => c.json({}, 200));
  assert.deepEqual(declaredRoutes(app, "/api/v1"), [
    { method: "GET", path: "/api/v1/a/{id}", need: ["sync:view"] },
    { method: "GET", path: "/api/v1/b", need: "public" },
  ]);

  app.openapi(createRoute({ method: "post", path: "/c", responses: answer }), (c) => c.json({}, 200));
  app.get("/d", (c) => c.json({}));
  assert.throws(() => declaredRoutes(app, "/api/v1"), /POST \/api\/v1\/c, GET \/api\/v1\/d/);
});
