import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { HistoryDayView } from "../sync/views.ts";
import { type ApiEnv, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";

/** What the API asks of the history. */
export interface HistoryForApi {
  history(days: number): Promise<HistoryDayView[]>;
}

const count = z.number().int().min(0);
const seconds = z.number().min(0).nullable();

const DaySchema = z.object({
  date: z.iso.date().openapi({ description: "In the company's zone" }),
  runs: z.object({ complete: count, incomplete: count, failed: count, cancelled: count }),
  rowsRead: count,
  written: count,
  deleted: count,
  quarantined: count,
  requests: count,
  throttled: count,
  medianSeconds: seconds.openapi({ description: "Of the incremental runs that are complete" }),
  longestSeconds: seconds,
  slotShare: z.number().min(0).max(1).nullable()
    .openapi({ description: "Mean share of the slots in use while runs were under way" }),
  worstLagSeconds: seconds.openapi({ description: "The oldest change that was not yet in the mirror, at its worst" }),
}).openapi("HistoryDay") satisfies z.ZodType<HistoryDayView>;

const getHistory = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/history",
  tags: ["Sync"],
  summary: "The sync by day",
  description: "Oldest first, today included; days before the first run are not in it. Kept for 400 days.",
  request: { query: strict({ days: z.coerce.number().int().min(1).max(400).default(30) }) },
  responses: {
    200: {
      description: "The days",
      content: { "application/json": { schema: z.object({ days: z.array(DaySchema) }).openapi("History") } },
    },
    400: {
      description: "The number of days is wrong",
      content: { "application/problem+json": { schema: ProblemSchema } },
    },
  },
});

/** Adds the history of the sync. */
export function addHistory(app: OpenAPIHono<ApiEnv>, sync: HistoryForApi): void {
  app.openapi(getHistory, async (c) => c.json({ days: await sync.history(c.req.valid("query").days) }, 200));
}
