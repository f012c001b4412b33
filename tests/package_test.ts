import assert from "node:assert/strict";
import { testDatabase, until } from "./support/engine.ts";
import { taskFlags } from "./support/flags.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("a package by .dockerignore has neither tests nor servers for trying out, and builds and answers without them", async () => {
  const dir = await Deno.makeTempDir({ prefix: "tidemark-package-" });
  const database = await testDatabase();
  let app: Deno.ChildProcess | null = null;
  try {
    const ignored = patternsOf(await Deno.readTextFile(new URL(".dockerignore", ROOT)));
    const files = await copy("", dir, ignored);
    const extra = files.filter((file) =>
      /(^|\/)(tests|bench|testing)\/|_test\.tsx?$|testing\.ts$|^standins\/(?!fresh\/)/.test(file)
    );
    assert.deepEqual(extra, []);
    assert.ok(files.includes("main.ts") && files.includes("deno.lock") && files.length > 300, String(files.length));
    assert.ok(!files.some((file) => /(^|\/)\.env$|\.git\/|\.pem$|\.key$/.test(file)), "secrets");
    await Deno.symlink(new URL("node_modules", ROOT), `${dir}/node_modules`); // as deno install makes it there

    const env = {
      APP_SECRET: "for tests only, for tests only, for tests",
      MONGODB_URI: database.uri,
      NETSUITE_ACCOUNT_ID: "1234567",
      NETSUITE_CONSUMER_KEY: "key",
      NETSUITE_CONSUMER_SECRET: "secret",
      NETSUITE_TOKEN_ID: "token",
      NETSUITE_TOKEN_SECRET: "secret",
      SYNC_CRON: "off",
      PORT: "0",
      KV_PATH: ".data/queue.kv",
      DENO_NO_UPDATE_CHECK: "1",
    };
    await Deno.mkdir(`${dir}/.data`);
    const built = await new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "build"], cwd: dir, env })
      .output();
    assert.ok(built.success, new TextDecoder().decode(built.stderr));
    app = new Deno.Command(Deno.execPath(), {
      args: [...taskFlags("app", env), "main.ts"],
      cwd: dir,
      env,
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let printed = "";
    const reading = (async () => {
      for await (const text of app.stdout.pipeThrough(new TextDecoderStream())) printed += text;
    })();
    const url = await until(
      "the app says where it is",
      60_000,
      () => Promise.resolve(/^Tidemark is at (http:\S+)$/m.exec(printed)?.[1] ?? null),
    );
    for (const path of ["/sign-in", "/api/v1/health"]) {
      const response = await fetch(url + path);
      await response.body?.cancel();
      assert.equal(response.status, 200, path);
    }
    app.kill("SIGTERM");
    await app.status;
    app = null;
    await reading;
  } finally {
    app?.kill("SIGKILL");
    await app?.status;
    await app?.stdout.cancel().catch(() => {});
    await database.close();
    await Deno.remove(dir, { recursive: true });
  }
});

/** The forms of patterns that the file has: a path with all below it, and a name anywhere, with stars in it. */
function patternsOf(text: string): RegExp[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const source = line.replace(/^\*\*\//, "").replaceAll(/[.+]/g, "\\$&").replaceAll("*", "[^/]*");
    return new RegExp(`^${line.startsWith("**/") ? "(.*/)?" : ""}${source}(/|$)`);
  });
}

async function copy(path: string, to: string, ignored: RegExp[]): Promise<string[]> {
  const copied: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(path === "" ? "." : `${path}/`, ROOT))) {
    const own = path === "" ? name : `${path}/${name}`;
    if (ignored.some((pattern) => pattern.test(own))) continue;
    if (isDirectory) {
      await Deno.mkdir(`${to}/${own}`);
      copied.push(...await copy(own, to, ignored));
    } else if (isFile) {
      await Deno.copyFile(new URL(own, ROOT), `${to}/${own}`);
      copied.push(own);
    }
  }
  return copied;
}
