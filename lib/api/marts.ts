import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { MartView, RebuildView } from "../sync/views.ts";
import { type ApiEnv, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";

/** What the API asks of the totals. */
export interface MartsForApi {
  marts: {
    list(): Promise<MartView[]>;
    rebuild(): Promise<RebuildView>;
    recount(range: { from: string; to: string }): Promise<{ days: number }>;
    rebuilding(): Promise<RebuildView | null>;
  };
}

const RebuildSchema = z.object({
  startedAt: z.iso.datetime(),
  done: z.number().int().nullable().openapi({ description: "Months done; null before the first" }),
  total: z.number().int().nullable(),
}).openapi("Rebuild") satisfies z.ZodType<RebuildView>;

const count = z.number().int().min(0);
const MartSchema = z.object({
  name: z.literal("sales"),
  streams: z.array(z.string()).openapi({ description: "Whose documents it counts" }),
  days: count,
  first: z.iso.date().nullable(),
  last: z.iso.date().nullable(),
  dirty: count.openapi({ description: "Days that are to be recounted" }),
  isAllDirty: z.boolean().openapi({ description: "Every day is to be recounted: a full run is writing" }),
  oldestDirty: z.iso.date().nullable(),
  dirtySince: z.iso.datetime().nullable(),
  settledAt: z.iso.datetime().nullable().openapi({ description: "When a day was last recounted" }),
  rebuild: RebuildSchema.nullable(),
}).openapi("Mart") satisfies z.ZodType<MartView>;

const getMarts = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/marts",
  tags: ["Sync"],
  summary: "The daily totals, and where they stand",
  request: { query: strict({}) },
  responses: {
    200: {
      description: "The marts",
      content: {
        "application/json": {
          schema: z.object({ now: z.iso.datetime(), marts: z.array(MartSchema) }).openapi("Marts"),
        },
      },
    },
  },
});

const postRecount = securedRoute(["sync:view", "sync:manage"], {
  method: "post",
  path: "/sync/marts/recount",
  tags: ["Sync"],
  summary: "Count some days anew",
  description: "In the background; `dirty` of `GET /sync/marts` says how many are left.",
  request: {
    query: strict({}),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: strict({ from: z.string().max(10), to: z.string().max(10) }).openapi("DayRange", {
            description: "Business days, both included",
            example: { from: "2026-11-01", to: "2026-11-30" },
          }),
        },
      },
    },
  },
  responses: {
    202: {
      description: "How many days with an order or a total the range has; they are marked",
      content: { "application/json": { schema: z.object({ days: count }).openapi("Recount") } },
    },
    400: {
      description: "What was given is no range of days",
      content: { "application/problem+json": { schema: ProblemSchema } },
    },
  },
});

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

/** Adds the totals: where they stand, and counting them anew. */
export function addMarts(app: OpenAPIHono<ApiEnv>, { marts }: MartsForApi, now: () => Date): void {
  app.openapi(getMarts, async (c) => c.json({ now: now().toISOString(), marts: await marts.list() }, 200));
  app.openapi(postRecount, async (c) => c.json(await marts.recount(c.req.valid("json")), 202));
  app.openapi(getRebuild, async (c) => c.json({ rebuild: await marts.rebuilding() }, 200));
  app.openapi(postRebuild, async (c) => c.json(await marts.rebuild(), 202));
}
