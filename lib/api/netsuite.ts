import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { CheckReport } from "../sync/connection_check.ts";
import type { NoticeView } from "../sync/notices.ts";
import { type ApiEnv, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";

/** What the API asks of the sync about the account. */
export interface NetSuiteForApi {
  check(): Promise<CheckReport>;
  notices(): Promise<NoticeView[]>;
}

const state = z.enum(["ok", "warning", "wrong"]);
const time = z.iso.datetime();

const CheckSchema = z.object({
  at: time,
  tookMs: z.number().int().min(0),
  account: z.string(),
  host: z.string(),
  login: z.enum(["tba", "oauth2"]).openapi({
    description: "tba: token-based authentication; oauth2: client credentials",
  }),
  state: state.openapi({ description: "The worst of all lines" }),
  lines: z.array(z.object({
    about: z.enum(["connection", "permissions"]),
    name: z.string(),
    state,
    says: z.string(),
    advice: z.string().nullable(),
  })),
}).openapi("ConnectionCheck") satisfies z.ZodType<CheckReport>;

const NoticeSchema = z.object({
  name: z.string().openapi({ example: "customer.url" }),
  kind: z.enum(["table", "column"]),
  streams: z.array(z.string()),
  text: z.string(),
  advice: z.string(),
  said: z.string().openapi({ description: "NetSuite's own words" }),
  since: time,
  retryAt: time.openapi({ description: "When it is asked for again" }),
  backAt: time.nullable().openapi({ description: "Since when it is there again" }),
}).openapi("Notice") satisfies z.ZodType<NoticeView>;

const getCheck = securedRoute(["sync:view", "sync:run"], {
  method: "get",
  path: "/netsuite/check",
  tags: ["NetSuite"],
  summary: "Check the connection",
  description: "Asks NetSuite now: sign-in, clock, slots, time zone, and every permission by its exact name. " +
    "Answers 200 also when something is wrong: look at `state`.",
  request: { query: strict({}) },
  responses: { 200: { description: "What was found", content: { "application/json": { schema: CheckSchema } } } },
});

const getNotices = securedRoute(["sync:view"], {
  method: "get",
  path: "/netsuite/notices",
  tags: ["NetSuite"],
  summary: "What NetSuite does not give us",
  description: "Tables and columns that the account lacks or the role may not see: streams are read without them.",
  request: { query: strict({}) },
  responses: {
    200: {
      description: "All notices",
      content: { "application/json": { schema: z.object({ notices: z.array(NoticeSchema) }).openapi("Notices") } },
    },
  },
});

/** Adds what there is to ask about the account itself. */
export function addNetSuite(app: OpenAPIHono<ApiEnv>, netsuite: NetSuiteForApi): void {
  app.openapi(getCheck, async (c) => c.json(await netsuite.check(), 200));
  app.openapi(getNotices, async (c) => c.json({ notices: await netsuite.notices() }, 200));
}
