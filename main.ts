import { App, csp, csrf, staticFiles } from "fresh";
import {
  allowPlainHttp,
  callerAddress,
  checkRoutes,
  noteRefusedRequest,
  openAccess,
  openAudit,
  peerOf,
  secureTheRest,
} from "./lib/access/mod.ts";
import { createApi, keepBodies } from "./lib/api/mod.ts";
import { type Config, oldSecrets, readConfig } from "./lib/config.ts";
import { AppError } from "./lib/errors.ts";
import { logOf, startLog } from "./lib/log.ts";
import { smtpMailer } from "./lib/mail/mailer.ts";
import { SALES_INDEXES } from "./lib/marts/sales.ts";
import { openNetSuite } from "./lib/sources/netsuite/client.ts";
import { openStore } from "./lib/store/connect.ts";
import { ensureIndexes } from "./lib/store/indexes.ts";
import { storeClock } from "./lib/store/store_clock.ts";
import { STREAMS } from "./lib/streams/registry.ts";
import { auditedSync } from "./lib/sync/audited.ts";
import { syncIndexes } from "./lib/sync/indexes.ts";
import { makeSync } from "./lib/sync/mod.ts";
import { NO_QUEUE, openQueue } from "./lib/sync/queue.ts";
import { timePage } from "./lib/telemetry/metrics.ts";
import { appOptions } from "./fresh.config.ts";
import type { Services, State } from "./utils.ts";

const config = await orExit(() => readConfig());
await startLog(config.logLevel, config.logFormat);
const { services, close } = await orExit(() => open(config));

/** The program's pages and API: the entry that `_fresh/server.js` serves. */
export const app = new App<State>(appOptions(config))
  .use(staticFiles())
  .use((ctx) => {
    const route = () => services.api.routeOf(ctx.url.pathname) ?? ctx.route;
    return timePage(ctx.req, () => ctx.next(), route, (status) =>
      noteRefusedRequest({
        what: `${ctx.req.method} ${route() ?? "an unknown path"}`,
        status,
        person: ctx.state.person ?? null,
        address: callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy),
      }));
  })
  .use(async (ctx) => {
    const response = await ctx.next();
    return config.publicUrl?.startsWith("https:") ? response : allowPlainHttp(response);
  })
  .use(csp({ useNonce: true, csp: ["connect-src 'self'", "font-src 'self'", "img-src 'self' data:"] }))
  .use(csrf())
  .use((ctx) => {
    ctx.state.services = services;
    return ctx.next();
  })
  .fsRoutes();

services.access.oidc?.warm(); // no `await`: a provider that is down stops nothing

if (config.role !== "web") {
  if (config.isLive) services.sync.start();
  if (config.sync.cron) {
    const tick = eachMinute("sync tick", () => services.sync.tick());
    const first = tick(); // what fell due while nothing ran is caught up at once
    if (config.queue === "kv") await first; // where it also works, it takes its time
  }
}

eachMinute("alerts", () => services.sync.alerts.check()); // in every role: who else would miss a worker

if (import.meta.main) {
  if (config.role === "worker") {
    console.log("Tidemark is at work, without pages");
    endBySignal(close);
  } else import("./_fresh/server.js").then((built) => serve(built.default.fetch)); // no `await`: it imports this module
}

/**
 * Does something each minute. Deno Deploy ticks on every branch and preview too: only production does anything there. A
 * minute that fails is logged, and the next one comes.
 */
function eachMinute(name: string, act: () => Promise<unknown>): () => Promise<void> {
  const tick = async () => {
    if (!config.isLive) return;
    try {
      await act();
    } catch (error) {
      logOf("main").error(`The minute's ${name} failed; the next minute tries again`, { error });
    }
  };
  Deno.cron(name, "* * * * *", tick);
  return tick;
}

/** Opens everything, in the order in which it needs one another. */
async function open(config: Config): Promise<{ services: Services; close: () => Promise<void> }> {
  await checkRoutes(new URL("./routes/", import.meta.url));
  const store = await openStore(config.mongoUri, { appName: `tidemark-${config.role}` });
  await ensureIndexes(store, [...syncIndexes(STREAMS), ...SALES_INDEXES]);
  const queue = config.queue === "kv" ? await openQueue(config.kvPath) : NO_QUEUE;
  const audit = await openAudit(store, config.appSecret, undefined, oldSecrets(config));
  const access = await openAccess({ config, store, audit, mailer: config.mail && smtpMailer(config.mail) });
  const clock = await storeClock(store);
  const bare = makeSync({ config, store, netsuite: openNetSuite(config.netsuite), queue, clock });
  const sync = auditedSync(bare, audit);
  const api = createApi({ sync, store, zone: config.zone });
  const close = async () => {
    await sync.stop();
    await access.settled();
    await queue.close();
    await store.close();
  };
  return { services: { config, store, access, audit, sync, api }, close };
}

async function serve(fetch: (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response>): Promise<void> {
  const server = await orExit(() => listen(fetch));
  const { hostname, port } = server.addr;
  const address = config.publicUrl ?? `http://${hostname === "127.0.0.1" ? "localhost" : hostname}:${port}`;
  console.log(`Tidemark is at ${address}`);
  const link = await services.access.setupLink(address);
  if (link) console.log(`No admin yet. Make the first one, once, with this link:\n  ${link}`);
  endBySignal(async () => {
    await Promise.race([server.shutdown(), new Promise((enough) => setTimeout(enough, 3_000))]);
    await close();
  });
}

function listen(fetch: (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response>) {
  try {
    const { host: hostname, port } = config;
    const https = config.publicUrl?.startsWith("https:") ?? false;
    const secured: typeof fetch = async (request, info) => secureTheRest(await fetch(request, info), https);
    return Deno.serve(
      { hostname, port, onListen: () => {} },
      keepBodies(secured, config.bodyMs) as Deno.ServeHandler,
    ) as Deno.HttpServer<
      Deno.NetAddr
    >;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new AppError(`Port ${config.port} is taken: set PORT to a free one.`, "port_taken", "fix_config", {
      cause: error,
    });
  }
}

function endBySignal(end: () => Promise<void>): void {
  let ending = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      if (ending) Deno.exit(130); // a second Ctrl-C does not wait
      ending = true;
      await end();
      Deno.exit(0);
    });
  }
}

/** A fault that a person can mend ends the start with its sentence; anything else is a bug and shows itself whole. */
async function orExit<T>(begin: () => T | Promise<T>): Promise<T> {
  try {
    return await begin();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
