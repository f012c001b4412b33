import { testDatabase, until } from "./engine.ts";
import { type NetSuiteStandIn, startNetSuite } from "../../standins/netsuite/server.ts";
import { openStore, type Store } from "../../lib/store/connect.ts";
import { type ReadTable } from "./expected.ts";
import { tablesOf } from "./engine.ts";
import { taskFlags } from "./flags.ts";

const ROOT = new URL("../../", import.meta.url);

/** The program in a process of its own. */
export interface AppProcess {
  child: Deno.ChildProcess;
  /** Where it listens; empty for a worker. */
  url: string;
  /** Its own folder, where the queue's file is. */
  dataDir: string;
  /** Everything it printed so far. */
  printed(): string;
  /** When a worker said that it is at work, by `performance.now()`; null before. */
  atWorkSince(): number | null;
  kill(signal: Deno.Signal): Promise<void>;
}

/** Starts `main.ts` and waits until it says where it is (a worker is not waited for). */
export async function startProcess(env: Record<string, string>): Promise<AppProcess> {
  const dataDir = Deno.makeTempDirSync({ prefix: "tidemark-" });
  const settings = { PORT: "0", ...env };
  const flags = taskFlags("app", settings).filter((flag) => flag !== "--allow-write=.data");
  const child = new Deno.Command(Deno.execPath(), {
    args: [...flags, `--allow-read=${dataDir}`, `--allow-write=${dataDir}`, "main.ts"],
    cwd: ROOT.pathname,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH")!,
      HOME: Deno.env.get("HOME")!,
      DENO_NO_UPDATE_CHECK: "1",
      ...denoDir(),
      KV_PATH: `${dataDir}/kv`,
      ...settings,
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let printed = "", atWorkSince: number | null = null;
  const keep = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      printed += decoder.decode(bytes, { stream: true });
      if (/^Tidemark is at work/m.test(printed)) atWorkSince ??= performance.now();
    }
  };
  const outputs = [keep(child.stdout), keep(child.stderr)];
  let isOver = false;
  child.status.then(() => isOver = true);
  const process: AppProcess = {
    child,
    dataDir,
    url: "",
    printed: () => printed,
    atWorkSince: () => atWorkSince,
    async kill(signal) {
      if (!isOver) child.kill(signal);
      await child.status;
      await Promise.all(outputs);
      await Deno.remove(dataDir, { recursive: true });
    },
  };
  if (env.TIDEMARK_ROLE === "worker") return process;
  process.url = await until("the app says where it is", 30_000, () => {
    if (isOver) throw new Error(`The app ended at its start:\n${printed}`);
    return Promise.resolve(/^Tidemark is at (https?:\S+)$/m.exec(printed)?.[1] ?? null);
  });
  return process;
}

/** The whole program on servers of its own, with a signed-in admin's name and password. */
export interface TestApp extends AsyncDisposable {
  netsuite: NetSuiteStandIn;
  store: Store;
  process: AppProcess;
  url: string;
  read: ReadTable;
  env: Record<string, string>;
  admin: { email: string; password: string };
}

/** Starts NetSuite, MongoDB and the app, all on free ports. */
export async function startApp(options: { share?: number; env?: Record<string, string> } = {}): Promise<TestApp> {
  const netsuite = await startNetSuite({ company: "demo", share: options.share ?? 0.02, seed: 7 });
  const database = await testDatabase();
  const admin = { email: "ada@example.com", password: "correct horse battery staple" };
  const env = {
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: database.uri,
    ...netsuite.settings,
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    ...options.env,
  };
  const process = await startProcess(env);
  const store = await openStore(database.uri);
  return {
    netsuite,
    store,
    process,
    url: process.url,
    read: tablesOf(netsuite),
    env,
    admin,
    async [Symbol.asyncDispose](this: TestApp) {
      await this.process.kill("SIGTERM"); // a test may have put another one in its place
      await store.close();
      await database.close();
      await netsuite.close();
    },
  };
}

/** A session's cookie of the admin, for requests that need one. */
export async function signIn(app: TestApp): Promise<string> {
  const response = await fetch(`${app.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: app.url },
    body: new URLSearchParams(app.admin),
  });
  await response.body?.cancel();
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  if (response.status !== 303 || cookies.length === 0) throw new Error(`Sign-in answered ${response.status}`);
  return cookies.join("; ");
}

function denoDir(): Record<string, string> {
  const dir = Deno.env.get("DENO_DIR");
  return dir ? { DENO_DIR: dir } : {};
}
