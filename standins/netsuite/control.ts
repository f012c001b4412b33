/**
 * The control port: plain HTTP and JSON, for tests and for people who want to see the account live. Not part of NetSuite.
 *
 * POST /change {count, seed?, clockStepSeconds?} · POST /clock {offsetSeconds} or {at} ·
 * POST /mass-update {table, count, hostile?} · GET, POST, DELETE /faults · GET /audit ·
 * POST /custom-fields {table, scriptid, name, type, fieldvaluetype} · GET /requests · POST /certificates {id, publicKey, expiresAt?} · POST /rows {table, columns?, limit?, offset?}
 */
import { z } from "zod";
import type { Account } from "./account.ts";
import type { LoginAudit } from "./audit.ts";
import type { FaultSettings } from "./faults.ts";
import { CHANGE_KINDS } from "./life.ts";
import type { ClientCredentialsLogin } from "./oauth2.ts";
import type { RequestCounts } from "./server.ts";

interface Controlled {
  account: Account;
  audit: LoginAudit;
  bearer: ClientCredentialsLogin;
  requests: RequestCounts;
  hostname: string;
  port: number;
}

const Change = z.strictObject({
  count: z.int().min(1).max(100_000),
  seed: z.int().min(0).optional(),
  clockStepSeconds: z.number().min(0).optional(),
  only: z.array(z.enum(CHANGE_KINDS)).min(1).optional(),
});
const Clock = z.union([z.strictObject({ offsetSeconds: z.number() }), z.strictObject({ at: z.iso.datetime() })]);
const Mass = z.strictObject({
  table: z.string(),
  count: z.int().min(1).max(1_000_000),
  hostile: z.boolean().optional(),
});
const CustomField = z.strictObject({
  table: z.string(),
  scriptid: z.string().regex(/^cust[a-z0-9_]+$/),
  name: z.string().min(1),
  type: z.enum(["i", "s", "n", "d", "t", "b"]),
  fieldvaluetype: z.string().min(1),
});
const CertificateBody = z.strictObject({
  id: z.string().min(1),
  publicKey: z.string(),
  expiresAt: z.string().optional(),
});
const Rows = z.strictObject({
  table: z.string(),
  columns: z.array(z.string()).min(1).optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
});

/** Starts the control port. */
export function serveControl({ account, audit, bearer, requests, hostname, port }: Controlled) {
  const routes: Record<string, (body: unknown) => unknown> = {
    "POST /change": (body) => account.change(Change.parse(body)),
    "POST /clock": (body) => {
      const clock = Clock.parse(body);
      if ("offsetSeconds" in clock) account.setClock(clock.offsetSeconds);
      else account.setClockTo(new Date(clock.at));
      return { now: account.now().toISOString() };
    },
    "GET /clock": () => ({ now: account.now().toISOString(), visible: account.visibleNow().toISOString() }),
    "POST /faults": (body) => {
      account.faults.set(body as FaultSettings);
      return account.faults.current;
    },
    "DELETE /faults": () => {
      account.faults.clear();
      return account.faults.current;
    },
    "GET /faults": () => ({ current: account.faults.current, struck: account.faults.struck, waiting: account.waiting }),
    "GET /audit": () => audit,
    "GET /requests": () => requests,
    "POST /certificates": (body) => {
      const certificate = CertificateBody.parse(body);
      bearer.addCertificate(certificate);
      return { id: certificate.id };
    },
    "POST /mass-update": (body) => ({ changed: account.massUpdate(Mass.parse(body)), at: account.now().toISOString() }),
    "POST /custom-fields": (body) => {
      const field = CustomField.parse(body);
      account.addCustomField(field);
      return field;
    },
    "POST /rows": async (body) => {
      const { table, ...range } = Rows.parse(body);
      await account.settle();
      return streamed(account.rows(table, range));
    },
  };
  const server = Deno.serve({ port, hostname, onListen() {} }, async (request) => {
    const name = `${request.method} ${new URL(request.url).pathname}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (!route) {
      return Response.json({ error: `There is no ${name}. There are: ${Object.keys(routes).join(", ")}` }, {
        status: 404,
      });
    }
    try {
      const text = await request.text();
      const answer = await route(text === "" ? undefined : JSON.parse(text));
      return answer instanceof Response ? answer : Response.json(answer);
    } catch (error) {
      if (error instanceof z.ZodError) {
        const wrong = error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; ");
        return Response.json({ error: `Cannot do ${name}: ${wrong}` }, { status: 400 });
      }
      const known = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
      return Response.json({ error: (error as Error).message }, { status: known ? 400 : 500 });
    }
  });
  return { url: `http://${hostname}:${server.addr.port}`, close: () => server.shutdown() };
}

const ROWS_A_CHUNK = 1000;

/** A JSON array written row by row: a table of lines is far larger than what should be held in memory at once. */
function streamed(rows: Iterable<unknown>): Response {
  const iterator = rows[Symbol.iterator]();
  let written = 0;
  const body = new ReadableStream<string>({
    pull(controller) {
      let text = written === 0 ? "[" : "";
      for (let i = 0; i < ROWS_A_CHUNK; i++) {
        const { value, done } = iterator.next();
        if (done) {
          controller.enqueue(text + "]");
          return controller.close();
        }
        text += (written++ ? "," : "") + JSON.stringify(value);
      }
      controller.enqueue(text);
    },
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), { headers: { "content-type": "application/json" } });
}
