import assert from "node:assert/strict";
import { until } from "./support/engine.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const ADMIN = { email: "ada@example.com", password: "correct horse battery staple" };

/** Whether the README's first command can be tried here: a clone to clone from, and npx. */
const canTry = await works("git", "-C", ROOT, "rev-parse", "HEAD") && await works("npx", "--version");

Deno.test({
  name:
    "demo, from a clean clone and an empty npm cache: first page in 60 s, full sync in 60 s more, Ctrl-C, and on again",
  ignore: !canTry,
  async fn() {
    const dir = await Deno.makeTempDir({ prefix: "tidemark-demo-" });
    await run("git", "clone", "--quiet", ROOT, `${dir}/clone`);
    const began = Date.now();
    await using first = startDemo(dir);
    const url = await first.url(120_000);
    assert.equal((await get(`${url}/sign-in`)).status, 200);
    const pageMs = Date.now() - began;
    const cookie = await signIn(url);
    const synced = await until("the first run is over", 150_000, async () => {
      const run = await (await fetch(`${url}/api/v1/sync/runs/1`, { headers: { Cookie: cookie } })).json();
      return run.endedAt ? run : null;
    });
    console.log(
      `first page after ${(pageMs / 1000).toFixed(1)} s; ${synced.rowsRead} rows in ${
        (synced.tookMs / 1000).toFixed(1)
      } s`,
    );
    assert.equal(synced.status, "complete", JSON.stringify(synced.error ?? synced));
    assert.ok(synced.rowsRead > 100_000);
    assert.ok(pageMs < 60_000, `the first page took ${pageMs} ms`);
    assert.ok(synced.tookMs < 60_000, `the full sync took ${synced.tookMs} ms`);

    // the company lives: the minute tick brings its changes
    const next = await until("an incremental run brought changes", 100_000, async () => {
      const { items, runs } = await (await fetch(`${url}/api/v1/sync/runs?limit=5`, { headers: { Cookie: cookie } }))
        .json();
      return (items ?? runs).find((run: { kind: string; written: number; endedAt: string | null }) =>
        run.kind === "incremental" && run.endedAt && run.written > 0
      ) ?? null;
    });
    assert.equal(next.status, "complete");
    assert.equal(await first.interrupt(), 0);

    await using second = startDemo(dir);
    const again = await second.url(60_000);
    const runs = await (await fetch(`${again}/api/v1/sync/runs/1`, { headers: { Cookie: await signIn(again) } }))
      .json();
    assert.equal(runs.endedAt, synced.endedAt, "the second start goes on with the data of the first");
    assert.equal(await second.interrupt(), 0);
    await Deno.remove(dir, { recursive: true });
  },
});

Deno.test("demo says in one sentence that its port is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "demo"],
    cwd: ROOT,
    env: { PORT: String(taken.addr.port) },
  }).output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    new RegExp(`^Port ${taken.addr.port} is taken: set PORT to a free one`, "m"),
  );
});

/** Starts the README's command in a clone, with caches of its own. */
function startDemo(dir: string) {
  const child = new Deno.Command("npx", {
    args: ["-y", "deno@2.9.6", "task", "demo"],
    cwd: `${dir}/clone`,
    env: {
      npm_config_cache: `${dir}/npm`,
      DENO_DIR: `${dir}/deno`,
      PORT: "0",
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      DENO_NO_UPDATE_CHECK: "1",
    },
    stdout: "piped",
    stderr: "piped",
    detached: true, // a process group of its own, as a terminal gives one
  }).spawn();
  let printed = "";
  const keep = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) printed += decoder.decode(bytes, { stream: true });
  };
  const outputs = [keep(child.stdout), keep(child.stderr)];
  return {
    url: (withinMs: number) =>
      until(
        "the demo says where it is",
        withinMs,
        () => Promise.resolve(/^Tidemark is at (http:\S+)$/m.exec(printed)?.[1] ?? null),
      ).catch((error) => {
        throw new Error(`${error.message}\n${printed}`);
      }),
    /** Ctrl-C, as the terminal sends it: to the whole group. Tells with what code the demo ended. */
    async interrupt(): Promise<number> {
      await run("kill", "-INT", "--", `-${child.pid}`);
      const { code } = await child.status;
      await Promise.all(outputs);
      return code === 130 ? 0 : code; // npx reports the signal, the demo itself ends with 0
    },
    /** A test that failed half-way leaves nothing running. */
    async [Symbol.asyncDispose]() {
      await this.interrupt().catch(() => {}); // it has ended, as it should
    },
  };
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: url },
    body: new URLSearchParams(ADMIN),
  });
  await response.body?.cancel();
  assert.equal(response.status, 303);
  return response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response;
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

async function works(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}
