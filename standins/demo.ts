/**
 * The whole thing on one machine, with no account anywhere: a NetSuite stand-in with a company in it, a MongoDB stand-in,
 * and the app. Data lies in `.data/demo`, so a second start goes on where the first one stopped.
 */
const ROOT = new URL("..", import.meta.url).pathname;
const DATA = `${ROOT}.data/demo`;
const port = Number(Deno.env.get("PORT") ?? 8000);
const lifeSeconds = Deno.env.get("DEMO_LIFE_SECONDS") ?? "5";
const share = Deno.env.get("DEMO_SHARE") ?? "1";

/** Permissions of each part: nothing that it does not need. */
const SERVER = ["--allow-net=127.0.0.1", `--allow-read=${ROOT}`, `--allow-write=${DATA}`, "--allow-env"];
const started: Deno.ChildProcess[] = [];
let isEnding = false;

for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => void end(0));
assertFree(port);
await Deno.mkdir(DATA, { recursive: true });

say("Starting a MongoDB and a NetSuite of our own, with a company in it. The first time takes some seconds.");
const [mongo, netsuite] = await Promise.all([
  startServer("the MongoDB stand-in", "standins/mongodb/main.ts", ["--port", "0", "--data", `${DATA}/mongodb`]),
  startServer("the NetSuite stand-in", "standins/netsuite/main.ts", [
    ...["--port", "0", "--data", `${DATA}/netsuite`, "--share", share, "--life", lifeSeconds],
  ]),
]);
await buildSite();
startApp({ ...mongo, ...netsuite });

/** Starts a server and waits for the settings that reach it, one `NAME=value` a line; what it says later is passed on. */
function startServer(name: string, file: string, args: string[]): Promise<Record<string, string>> {
  const child = spawn(["run", "--quiet", ...SERVER, file, ...args], {});
  const settings: Record<string, string> = {};
  const last = file.includes("mongodb") ? "MONGODB_URI" : "NETSUITE_CONTROL_URL";
  watch(name, child);
  return new Promise((ready) => {
    eachLine(child.stdout, (line) => {
      const setting = /^([A-Z_]+)=(.*)$/.exec(line);
      if (!setting) return console.log(line);
      settings[setting[1]!] = setting[2]!;
      if (setting[1] === last) ready(settings);
    });
  });
}

async function buildSite(): Promise<void> {
  const child = spawn(["task", "--quiet", "build"], {});
  await child.stdout.pipeTo(Deno.stderr.writable, { preventClose: true });
  if (!(await child.status).success) await end(1);
}

function startApp(settings: Record<string, string>): void {
  const child = spawn(["task", "--quiet", "app"], {
    ...settings,
    PORT: String(port),
    KV_PATH: `${DATA}/queue.kv`,
    APP_SECRET: secret(),
    LOG_LEVEL: Deno.env.get("LOG_LEVEL") ?? "warning",
    SYNC_LAG_SECONDS: "2",
  });
  child.stdout.pipeTo(Deno.stdout.writable, { preventClose: true }).catch(() => {});
  watch("the app", child);
}

/** One part that ends by itself ends the demo: half a demo would only mislead. */
function watch(name: string, child: Deno.ChildProcess): void {
  child.status.then(({ code }) => {
    if (isEnding) return;
    console.error(`${name} ended (${code}).`);
    void end(code || 1);
  });
}

function spawn(args: string[], env: Record<string, string>) {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env,
    stdout: "piped",
    stderr: "inherit",
    detached: true, // Ctrl-C reaches the demo alone, which ends its parts in order
  }).spawn();
  started.push(child);
  return child;
}

/** Ends all parts, the app first, and waits for them. */
async function end(code: number): Promise<never> {
  if (isEnding) return await new Promise(() => {}); // the first call ends the process
  isEnding = true;
  for (const child of started.toReversed()) {
    try {
      child.kill("SIGTERM");
    } catch { /* it has ended by itself */ }
    await child.status;
  }
  Deno.exit(code);
}

/** Made once and kept: sign-ins outlive a restart. */
function secret(): string {
  const path = `${DATA}/app-secret`;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    const made = crypto.randomUUID() + crypto.randomUUID();
    Deno.writeTextFileSync(path, made, { mode: 0o600 });
    return made;
  }
}

function assertFree(port: number): void {
  if (port === 0) return;
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  } catch {
    console.error(`Port ${port} is taken: set PORT to a free one, e.g. PORT=8010 deno task demo`);
    Deno.exit(1);
  }
}

async function eachLine(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    lines.forEach(take);
  }
}

function say(text: string): void {
  console.log(text);
}
