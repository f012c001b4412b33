import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { RebuildView } from "../sync/views.ts";
import { type ApiEnv, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";

/** What the API asks of the totals. */
export interface MartsForApi {
  marts: { rebuild(): Promise<RebuildView>; rebuilding(): Promise<RebuildView | null> };
}

const RebuildSchema = z.object({
  startedAt: z.iso.datetime(),
  done: z.number().int().nullable().openapi({ description: "Months done; null before the first" }),
  total: z.number().int().nullable(),
}).openapi("Rebuild") satisfies z.ZodType<RebuildView>;

const getRebuild = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/marts/rebuild",
  tags: ["Sync"],
  summary: "How far the rebuild of the totals is",
  request: { query: strict({}) },
  responses: {
    200: {
      description: "The rebuild, or null when none is under way",
      content: {
        "application/json": { schema: z.object({ rebuild: RebuildSchema.nullable() }).openapi("RebuildState") },
      },
    },
  },
});

const postRebuild = securedRoute(["sync:view", "sync:manage"], {
  method: "post",
  path: "/sync/marts/rebuild",
  tags: ["Sync"],
  summary: "Count all totals anew",
  description: "In the background, month by month; syncs and pages go on. Asking again goes on with the same one.",
  request: { query: strict({}) },
  responses: { 202: { description: "It is begun", content: { "application/json": { schema: RebuildSchema } } } },
});

/** Adds the rebuild of the totals. */
export function addMarts(app: OpenAPIHono<ApiEnv>, { marts }: MartsForApi): void {
  app.openapi(getRebuild, async (c) => c.json({ rebuild: await marts.rebuilding() }, 200));
  app.openapi(postRebuild, async (c) => c.json(await marts.rebuild(), 202));
}
