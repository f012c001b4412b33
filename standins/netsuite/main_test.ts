import assert from "node:assert/strict";
import { readConfig } from "../../lib/config.ts";
import { openNetSuite } from "../../lib/sources/netsuite/client.ts";
import { TABLES } from "./schema.ts";
import { startNetSuite } from "./server.ts";
import { query } from "./test_client.ts";

/** Starts the program and reads its settings. */
async function startProgram(args: string[]) {
  const program = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./main.ts", import.meta.url).pathname, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const settings: Record<string, string> = {};
  const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !/NETSUITE_CONTROL_URL=.*\n/.test(text);) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the program ended: ${await new Response(program.stderr).text()}`);
    text += value;
    for (const [, name, setting] of text.matchAll(/^(\w+)=(.*)$/gm)) settings[name!] = setting!;
  }
  const stop = async (signal: "SIGTERM" | "SIGINT") => {
    program.kill(signal);
    const { code } = await program.status;
    await reader.cancel();
    await program.stderr.cancel();
    return code;
  };
  return { settings, stop };
}

/** A login at the time of {@link started}. */
const NOON = { stampSeconds: Date.parse("2026-05-01T12:00:00Z") / 1000 };
const COUNT = "SELECT COUNT(*) AS n, MAX(id) AS last FROM transaction";

Deno.test("main.ts keeps data and credentials in its folder, lives, and ends cleanly on a signal", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const first = await startProgram(["--data", folder, "--share", "0.01"]);
    const names = "BASE_URL ACCOUNT_ID CONSUMER_KEY CONSUMER_SECRET TOKEN_ID TOKEN_SECRET CONTROL_URL".split(" ");
    assert.deepEqual(Object.keys(first.settings), names.map((name) => `NETSUITE_${name}`));
    assert.match(first.settings.NETSUITE_TOKEN_SECRET!, /^[0-9a-f]{64}$/);
    const before = (await (await query(first.settings, COUNT)).json()).items[0];
    assert.ok(Number(before.n) > 100);
    assert.equal(await first.stop("SIGTERM"), 0);

    const second = await startProgram(["--data", folder, "--life", "0.1"]);
    const secret = ["CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET"].map((name) => `NETSUITE_${name}`);
    for (const name of secret) assert.equal(second.settings[name], first.settings[name], name);
    const deadline = Date.now() + 20_000;
    for (let last = before.last; last === before.last;) {
      assert.ok(Date.now() < deadline, "nothing new came in 20 seconds of life");
      last = (await (await query(second.settings, COUNT)).json()).items[0].last;
    }
    assert.equal(await second.stop("SIGINT"), 0);
    await assert.rejects(startNetSuite({ dataDir: folder, accountId: "7654321" }), /belongs to 1234567_SB1/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("main.ts --login oauth2 prints settings that the program signs in with, and keeps its key", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["--data", folder, "--share", "0.005", "--login", "oauth2"];
    const keys: string[] = [];
    for (let n = 0; n < 2; n++) {
      const program = await startProgram(args);
      const { NETSUITE_CONTROL_URL: _, ...settings } = program.settings;
      const config = readConfig({
        APP_SECRET: "only for tests, ".repeat(3),
        MONGODB_URI: "mongodb://127.0.0.1:1",
        ...settings,
      });
      const netsuite = openNetSuite(config.netsuite);
      const meter = { requests: 0, throttled: 0 };
      const { rows } = await netsuite.suiteql(COUNT, [], 1, { asked: "a count", meter });
      assert.ok(Number(rows[0]!.n) > 50);
      assert.equal(netsuite.loginKind, "oauth2");
      keys.push(await Deno.readTextFile(settings.NETSUITE_PRIVATE_KEY!));
      assert.equal(await program.stop("SIGTERM"), 0);
    }
    assert.equal(keys[0], keys[1]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what SuiteQL answers page by page is what the tables hold", async () => {
  await using netsuite = await started();
  const { ns, control } = netsuite;
  for (
    const table of [
      "transaction",
      "transactionline",
      "customer",
      "item",
      "nexttransactionlinelink",
      "inventoryitemlocations",
    ]
  ) {
    const { columns, key } = TABLES[table]!;
    const list = Object.entries(columns).map(([column, type]) =>
      type === "d"
        ? `TO_CHAR(t.${column},'YYYY-MM-DD') AS ${column}`
        : type === "t"
        ? `TO_CHAR(SYS_EXTRACT_UTC(t.${column}),'YYYY-MM-DD HH24:MI:SS') AS ${column}`
        : `t.${column}`
    );
    const q = `SELECT ${list.join(", ")} FROM ${table} t ORDER BY ${key.map((column) => `t.${column}`).join(", ")}`;
    const read: Record<string, unknown>[] = [];
    for (let offset = 0, hasMore = true; hasMore; offset += 1000) {
      const page = await (await query(ns.settings, q, `?limit=1000&offset=${offset}`, undefined, NOON)).json();
      read.push(...page.items);
      hasMore = page.hasMore;
    }
    const stored: Record<string, unknown>[] = await control("/rows", { table });
    assert.ok(stored.length > 20, table);
    assert.equal(read.length, stored.length, table);
    stored.forEach((row, i) => {
      const filled = Object.entries(row).filter(([, value]) => value !== null && value !== "");
      assert.deepEqual(read[i], {
        links: [],
        ...Object.fromEntries(filled.map(([name, value]) => [name, String(value)])),
      }, table);
    });
  }
});

for (
  const args of [
    ["--port", "70000"],
    ["--share", "2"],
    ["--company", "acme"],
    ["--unknown"],
    [
      "--zone",
      "Mars/Olympus",
    ],
    ["--login", "saml"],
    ["--login", "oauth2"],
  ]
) {
  Deno.test(`main.ts ${args.join(" ")} is refused with the options`, async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("./main.ts", import.meta.url).pathname, ...args],
    }).output();
    assert.equal(code, 1);
    assert.match(new TextDecoder().decode(stderr), /--port N/);
  });
}

Deno.test("a late commit shows a change only later, under the time at which it was made", async () => {
  await using netsuite = await started();
  const { ns, control } = netsuite;
  const stamps =
    "SELECT COUNT(*) AS n FROM transaction WHERE SYS_EXTRACT_UTC(lastmodifieddate) >= TO_TIMESTAMP(?,'YYYY-MM-DD HH24:MI:SS')";
  const changed = async (stampSeconds: number) =>
    Number((await (await query(ns.settings, stamps, "", ["2026-05-01 12:00:00"], { stampSeconds })).json()).items[0].n);
  const noon = Date.parse("2026-05-01T12:00:00Z") / 1000;
  assert.equal(await changed(noon), 0);
  await control("/faults", { lateCommitSeconds: 120 });
  assert.deepEqual(await control("/change", { count: 30, seed: 5 }), { visibleAt: "2026-05-01T12:02:00.000Z" });
  await control("/clock", { offsetSeconds: 119 });
  assert.equal(await changed(noon + 119), 0, "not yet");
  await control("/clock", { offsetSeconds: 120 });
  const seen = await changed(noon + 120);
  assert.ok(seen > 0, "now they are here");
  await control("/faults", { lateCommitSeconds: 0 });
  const outcome = await control("/change", { count: 5, seed: 6 });
  assert.deepEqual([outcome.visibleAt, outcome.summary.count, outcome.summary.from], [null, 5, "2026-05-01 12:02:00"]);
});

Deno.test("the same seed lets the same business happen", async () => {
  const twice = [];
  for (let i = 0; i < 2; i++) {
    await using netsuite = await started();
    twice.push((await netsuite.control("/change", { count: 20, seed: 3 })).summary);
  }
  assert.deepEqual(twice[0], twice[1]);
});

async function started() {
  const ns = await startNetSuite({ share: 0.01, now: () => new Date("2026-05-01T12:00:00Z") });
  const control = async (path: string, body: unknown) => {
    const response = await fetch(ns.controlUrl + path, { method: "POST", body: JSON.stringify(body) });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer;
  };
  return { ns, control, [Symbol.asyncDispose]: () => ns.close() };
}
