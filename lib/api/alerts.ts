import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AlertView } from "../sync/views.ts";
import { type ApiEnv, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";

/** What the API asks of the watch over the sync. */
export interface AlertsForApi {
  alerts: { open(): Promise<AlertView[]> };
}

const AlertSchema = z.object({
  id: z.string(),
  kind: z.enum(["run_failed", "run_incomplete", "proof_differs", "stale", "quarantine_grows"]),
  title: z.string(),
  text: z.string().openapi({ description: "What happened, and what to do" }),
  runId: z.number().int().nullable(),
  since: z.iso.datetime(),
}).openapi("Alert") satisfies z.ZodType<AlertView>;

const getAlerts = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/alerts",
  tags: ["Sync"],
  summary: "What is wrong just now",
  description: "The problems that people were told of and that are not over, the oldest first.",
  request: { query: strict({}) },
  responses: {
    200: {
      description: "The problems; none when all is well",
      content: { "application/json": { schema: z.object({ alerts: z.array(AlertSchema) }).openapi("Alerts") } },
    },
  },
});

/** Adds the problems of the sync. */
export function addAlerts(app: OpenAPIHono<ApiEnv>, { alerts }: AlertsForApi): void {
  app.openapi(getAlerts, async (c) => c.json({ alerts: await alerts.open() }, 200));
}
