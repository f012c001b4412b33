import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { SCHEDULED_KINDS, type ScheduleDesk } from "../sync/schedules/mod.ts";
import type { ScheduleView } from "../sync/views.ts";
import { type ApiEnv, personOf, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";

/** What the API asks of the schedules. */
export interface SchedulesForApi {
  schedules: ScheduleDesk;
}

const time = z.iso.datetime();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, 00:00 to 23:59")
  .openapi({ example: "22:00" });
const rule = {
  cron: z.string().min(1).max(200).openapi({
    description: "Five fields of cron: minute, hour, day of the month, month, weekday",
    example: "30 2 * * *",
  }),
  zone: z.string().min(1).max(100).openapi({ description: "IANA name", example: "Europe/Berlin" }),
};
const quiet = strict({ from: clock, to: clock }).nullable().openapi({
  description: "Hours of the day in which it rests; may span midnight. What falls due in them runs once at their end.",
});

const ScheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["full", "incremental", "proof", "backfill"]),
  streams: z.array(z.string()).openapi({ description: "Empty: all streams" }),
  ...rule,
  quiet: z.object({ from: clock, to: clock }).nullable(),
  isEnabled: z.boolean(),
  nextDueAt: time.nullable(),
  lastDueAt: time.nullable(),
  lastRunId: z.number().int().nullable(),
  note: z.string().nullable().openapi({ description: "What became of the last due time" }),
  isBuiltIn: z.boolean().openapi({ description: "Can be switched off, not removed" }),
  updatedBy: z.string(),
  updatedAt: time,
}).openapi("Schedule") satisfies z.ZodType<ScheduleView>;

const InputSchema = strict({
  name: z.string().min(1).max(80),
  kind: z.enum(SCHEDULED_KINDS),
  streams: z.array(z.string().min(1).max(100)).max(100).default([]),
  ...rule,
  quiet: quiet.default(null),
  isEnabled: z.boolean().default(true),
}).openapi("ScheduleInput");

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemSchema } },
});
const body = { required: true, content: { "application/json": { schema: InputSchema } } };
const params = z.object({ id: z.string().min(1).max(100) });
const wrong = problem("The schedule is wrong; the problem says what");
const gone = problem("There is no such schedule");

const list = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/schedules",
  tags: ["Schedules"],
  summary: "What is run when",
  request: { query: strict({}) },
  responses: { 200: json(z.object({ schedules: z.array(ScheduleSchema) }).openapi("Schedules"), "All of them") },
});

const add = securedRoute(["sync:view", "sync:manage"], {
  method: "post",
  path: "/sync/schedules",
  tags: ["Schedules"],
  summary: "Add a schedule",
  request: { query: strict({}), body },
  responses: { 201: json(ScheduleSchema, "The schedule"), 400: wrong },
});

const change = securedRoute(["sync:view", "sync:manage"], {
  method: "put",
  path: "/sync/schedules/{id}",
  tags: ["Schedules"],
  summary: "Change a schedule",
  description: "What has fallen due and was not yet run is still run, unless the schedule is switched off.",
  request: { params, query: strict({}), body },
  responses: { 200: json(ScheduleSchema, "The schedule"), 400: wrong, 404: gone },
});

const remove = securedRoute(["sync:view", "sync:manage"], {
  method: "delete",
  path: "/sync/schedules/{id}",
  tags: ["Schedules"],
  summary: "Remove a schedule",
  request: { params, query: strict({}) },
  responses: { 204: { description: "It is gone" }, 404: gone, 409: problem("It is always there; switch it off") },
});

const preview = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/schedules/preview",
  tags: ["Schedules"],
  summary: "When a rule would be due",
  request: {
    query: strict({
      ...rule,
      from: clock.optional().openapi({ description: "Quiet hours, together with `to`" }),
      to: clock.optional(),
      count: z.coerce.number().int().min(1).max(100).default(5),
    }).refine(({ from, to }) => (from === undefined) === (to === undefined), {
      path: ["to"],
      error: "and from belong together: give both or neither",
    }),
  },
  responses: { 200: json(z.object({ times: z.array(time) }).openapi("DueTimes"), "The next times"), 400: wrong },
});

/** Adds the resources of the schedules. */
export function addSchedules(app: OpenAPIHono<ApiEnv>, { schedules }: SchedulesForApi): void {
  app.openapi(list, async (c) => c.json({ schedules: await schedules.list() }, 200));
  app.openapi(preview, (c) => {
    const { cron, zone, from, to, count } = c.req.valid("query");
    const hours = from !== undefined && to !== undefined ? { from, to } : null;
    return c.json({ times: schedules.preview(cron, zone, hours, count) }, 200);
  });
  app.openapi(add, async (c) => {
    const made = await schedules.save(c.req.valid("json"), personOf(c).name);
    return c.json(made, 201, { Location: `/api/v1/sync/schedules/${made.id}` });
  });
  app.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await schedules.save({ ...c.req.valid("json"), id }, personOf(c).name), 200);
  });
  app.openapi(remove, async (c) => {
    await schedules.remove(c.req.valid("param").id);
    return c.body(null, 204);
  });
}
