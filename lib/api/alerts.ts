import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AlertView, ChannelView, PastAlertView, TestResult } from "../sync/views.ts";
import { type ApiEnv, personOf, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";

/** What the API asks of the watch over the sync. */
export interface AlertsForApi {
  alerts: {
    open(): Promise<AlertView[]>;
    past(query: { limit: number; before?: Date }): Promise<PastAlertView[]>;
    channels(): Promise<ChannelView[]>;
    test(by: string): Promise<TestResult[]>;
  };
}

const AlertSchema = z.object({
  id: z.string(),
  kind: z.enum(["run_failed", "run_incomplete", "proof_differs", "stale", "quarantine_grows"]),
  title: z.string(),
  text: z.string().openapi({ description: "What happened, and what to do" }),
  runId: z.number().int().nullable(),
  since: z.iso.datetime(),
  toldAt: z.iso.datetime().openapi({ description: "When people were last told of it" }),
}).openapi("Alert") satisfies z.ZodType<AlertView>;

const PastAlertSchema = AlertSchema.extend({ endedAt: z.iso.datetime() }).openapi("PastAlert") satisfies z.ZodType<
  PastAlertView
>;

const channel = z.enum(["webhook", "mail"]);
const count = z.number().int().min(0);
const ChannelSchema = z.object({
  channel,
  to: z.array(z.string()).openapi({ description: "The webhook's host, or the mail addresses" }),
  sentAt: z.iso.datetime().nullable(),
  sentTitle: z.string().nullable(),
  waiting: count,
  failing: z.object({ error: z.string(), attempts: count, nextTryAt: z.iso.datetime() }).nullable(),
  givenUp: count.openapi({ description: "Messages of the last 30 days that nobody got" }),
  lastGivenUp: z.object({ at: z.iso.datetime(), title: z.string(), error: z.string() }).nullable(),
}).openapi("AlertChannel") satisfies z.ZodType<ChannelView>;

const TestSchema = z.object({
  channel,
  error: z.string().nullable().openapi({ description: "Null when it was sent" }),
}).openapi("AlertTest") satisfies z.ZodType<TestResult>;

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

const getPast = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/alerts/past",
  tags: ["Sync"],
  summary: "What was wrong and is over",
  description: "Newest first; kept for 400 days.",
  request: {
    query: strict({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: z.iso.datetime().optional().openapi({ description: "`endedAt` of the last one of the page before" }),
    }),
  },
  responses: {
    200: {
      description: "Problems with their end",
      content: { "application/json": { schema: z.object({ alerts: z.array(PastAlertSchema) }).openapi("PastAlerts") } },
    },
  },
});

// addresses of people are for who looks after the sync
const getChannels = securedRoute(["sync:view", "sync:manage"], {
  method: "get",
  path: "/sync/alerts/channels",
  tags: ["Sync"],
  summary: "Where people are told, and how that went lately",
  request: { query: strict({}) },
  responses: {
    200: {
      description: "The channels; none when nothing is set",
      content: {
        "application/json": { schema: z.object({ channels: z.array(ChannelSchema) }).openapi("AlertChannels") },
      },
    },
  },
});

const postTest = securedRoute(["sync:view", "sync:manage"], {
  method: "post",
  path: "/sync/alerts/test",
  tags: ["Sync"],
  summary: "Send a test message on every channel",
  request: { query: strict({}) },
  responses: {
    200: {
      description: "What became of it",
      content: { "application/json": { schema: z.object({ results: z.array(TestSchema) }).openapi("AlertTests") } },
    },
    409: {
      description: "No channel is set, or a test was sent just now",
      content: { "application/problem+json": { schema: ProblemSchema } },
    },
  },
});

/** Adds the problems of the sync, and how people are told of them. */
export function addAlerts(app: OpenAPIHono<ApiEnv>, { alerts }: AlertsForApi): void {
  app.openapi(getPast, async (c) => {
    const { limit, before } = c.req.valid("query");
    return c.json({ alerts: await alerts.past({ limit, ...(before ? { before: new Date(before) } : {}) }) }, 200);
  });
  app.openapi(getChannels, async (c) => c.json({ channels: await alerts.channels() }, 200));
  app.openapi(postTest, async (c) => c.json({ results: await alerts.test(personOf(c).name) }, 200));
  app.openapi(getAlerts, async (c) => c.json({ alerts: await alerts.open() }, 200));
}
