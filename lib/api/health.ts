import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Store } from "../store/connect.ts";
import type { ApiEnv } from "./app.ts";

/** How long the database may take to answer before the program counts as unavailable, in milliseconds. */
const PATIENCE_MS = 2000;

const HealthSchema = z.object({ status: z.enum(["ok", "unavailable"]) }).openapi("Health");
const body = (description: string) => ({ description, content: { "application/json": { schema: HealthSchema } } });

const getHealth = createRoute({
  method: "get",
  path: "/health",
  tags: ["Health"],
  summary: "Whether the program can serve",
  description: "Open to everybody, for load balancers. Says nothing else.",
  security: [],
  responses: { 200: body("It can"), 503: body("The database does not answer") },
});

/** Adds the one open resource: whether the program and its database answer. */
export function addHealth(app: OpenAPIHono<ApiEnv>, store: Pick<Store, "db">): void {
  app.openapi(getHealth, async (c) => {
    const ok = await answers(store);
    return c.json({ status: ok ? "ok" as const : "unavailable" as const }, ok ? 200 : 503);
  });
}

/** True when the database answers in time. A late answer is dropped, not awaited. */
async function answers(store: Pick<Store, "db">): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), PATIENCE_MS);
  try {
    return await Promise.race([store.db.command({ ping: 1 }).then(() => true, () => false), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
