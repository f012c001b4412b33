import assert from "node:assert/strict";
import { exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { openStore } from "../lib/store/connect.ts";
import { startNetSuite } from "../standins/netsuite/server.ts";
import { assertPresentable, browserTest, LOOKS, signInByForm, watchedPage } from "./support/browser.ts";
import { signIn, startApp, startProcess, type TestApp } from "./support/app.ts";
import { runEnded, startEngine, testDatabase, until } from "./support/engine.ts";

const stateOf = (lines: { name: string; state: string; says: string }[], name: string) =>
  lines.find((line) => line.name.startsWith(name));

Deno.test("The connection check finds all well, by the exact names of the permissions", async () => {
  await using engine = await startEngine({ env: { TIME_ZONE: "America/Los_Angeles" } });
  const report = await engine.sync.check();
  assert.deepEqual([report.state, report.login], ["ok", "tba"]);
  assert.equal(report.account, engine.netsuite.settings.NETSUITE_ACCOUNT_ID);
  for (const name of ["Sign-in", "Clock", "Requests at once", "Time zone", "Deleted Records (Setup)", "Sales Order"]) {
    assert.equal(stateOf(report.lines, name)?.state, "ok", name);
  }
  assert.match(stateOf(report.lines, "Requests at once")!.says, /NetSuite allows 5 .* We use 4 at most; 1 is left/);
});

Deno.test("The connection check names what is wrong: clock, zone, limits, tables, documents", async () => {
  await using engine = await startEngine({ env: { TIME_ZONE: "Europe/Berlin" } });
  engine.netsuite.faults.set({
    clockSkewSeconds: 100,
    governanceVisible: false,
    missing: ["deletedrecord", "item", "customer.url"],
    hiddenTypes: ["SalesOrd"],
  });
  const { lines, state } = await engine.sync.check();
  assert.equal(state, "wrong");
  assert.match(stateOf(lines, "Clock")!.says, /(99|100|101) s behind NetSuite's/);
  assert.match(stateOf(lines, "Time zone")!.says, /UTC-08:00; TIME_ZONE Europe\/Berlin is another zone/);
  assert.match(stateOf(lines, "Requests at once")!.says, /may not read NetSuite's own limit/);
  assert.match(stateOf(lines, "Deleted Records")!.says, /The role lacks Deleted Records/);
  assert.equal(lines.find((line) => line.says.startsWith("The role lacks Items"))?.state, "wrong");
  assert.match(stateOf(lines, "Customers")!.says, /without url/);
  assert.equal(stateOf(lines, "Sales Order")!.state, "warning");
  for (const line of lines) if (line.state === "wrong") assert.ok(line.advice, line.name);
});

Deno.test("A check goes before the sync's own work, and many who ask at once ask NetSuite once", async () => {
  await using engine = await startEngine({ share: 0.05 });
  engine.netsuite.faults.set({ latencyMs: 40 });
  const { id } = await engine.sync.requestRun({ kind: "full", requestedBy: "test" });
  await until("the run reads", 20_000, async () => (await engine.sync.run(id))!.rowsRead > 0 ? true : null);
  const before = engine.netsuite.requests.byKind.serverTime ?? 0;
  const began = performance.now();
  const reports = await Promise.all(Array.from({ length: 5 }, () => engine.sync.check()));
  const tookMs = performance.now() - began;
  assert.equal((engine.netsuite.requests.byKind.serverTime ?? 0) - before, 1);
  assert.equal(reports[4]!.state, reports[0]!.state);
  console.log(`checked in ${Math.round(tookMs)} ms while a run had all slots`);
  assert.equal((await runEnded(engine.sync, id)).status, "complete");
});

async function get(app: Pick<TestApp, "url">, path: string, cookie: string): Promise<string> {
  const response = await fetch(app.url + path, { headers: { Cookie: cookie } });
  assert.equal(response.status, 200, path);
  return await response.text();
}

Deno.test("The Sync page's button checks the connection without scripts; the API answers the same", async () => {
  await using app = await startApp();
  app.netsuite.faults.set({ missing: ["deletedrecord"] });
  const cookie = await signIn(app);
  const sync = await get(app, "/sync", cookie);
  assert.match(sync, /<form method="get" action="\/sync\/check">/);
  const page = await get(app, "/sync/check", cookie);
  assert.match(page, /The role lacks Deleted Records: deletes are found by full runs only/);
  assert.match(page, /A sync can go on/);
  const report = JSON.parse(await get(app, "/api/v1/netsuite/check", cookie));
  assert.equal(report.state, "warning");
  const { notices } = JSON.parse(await get(app, "/api/v1/netsuite/notices", cookie));
  assert.deepEqual(notices.map(({ name }: { name: string }) => name), ["deletedrecord"]);
  assert.match(await get(app, "/sync", cookie), /NetSuite does not show deleted records/);
  const nobody = await fetch(`${app.url}/sync/check`, { redirect: "manual" });
  assert.equal(nobody.status, 303);
  await nobody.body?.cancel();
});

Deno.test("With OAuth 2.0, no key, token or assertion stands in a log, a page, an answer or the database", async () => {
  const { privateKey, publicKey } = await generateKeyPair("PS256", { extractable: true });
  const pem = await exportPKCS8(privateKey);
  await using stop = new AsyncDisposableStack();
  const netsuite = await startNetSuite({
    share: 0.01,
    certificates: [{ id: "canary-certificate", publicKey: await exportSPKI(publicKey) }],
  });
  stop.defer(() => netsuite.close());
  const database = await testDatabase();
  stop.defer(() => database.close());
  const admin = { email: "ada@example.com", password: "correct horse battery staple" };
  const { NETSUITE_BASE_URL, NETSUITE_ACCOUNT_ID, NETSUITE_CONSUMER_KEY } = netsuite.settings;
  const process = await startProcess({
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: database.uri,
    NETSUITE_BASE_URL: NETSUITE_BASE_URL!,
    NETSUITE_ACCOUNT_ID: NETSUITE_ACCOUNT_ID!,
    NETSUITE_CLIENT_ID: NETSUITE_CONSUMER_KEY!,
    NETSUITE_CERTIFICATE_ID: "canary-certificate",
    NETSUITE_PRIVATE_KEY: pem,
    NETSUITE_RETRY_SECONDS: "2",
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    LOG_LEVEL: "debug",
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  });
  stop.defer(() => process.kill("SIGTERM"));
  const store = await openStore(database.uri);
  stop.defer(() => store.close());
  const app = { url: process.url, admin };
  const cookie = await signIn(app as TestApp);
  const seen: Record<string, string> = {}, ended: string[] = [];
  for (const faults of [{}, { gateway: { share: 1 } }, { truncate: { share: 1 } }, { revoked: true }]) {
    netsuite.faults.clear();
    netsuite.faults.set(faults);
    const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: cookie, Origin: app.url },
      body: JSON.stringify({ kind: "full", streams: ["departments"] }),
    });
    const { id } = await asked.json();
    const run = async (id: number) => JSON.parse(await get(app, `/api/v1/sync/runs/${id}`, cookie));
    const { status, error } = await runEnded({ run }, id, 120_000);
    ended.push(error?.code ?? status);
    for (const path of ["/sync", "/sync/check", "/api/v1/netsuite/check", "/api/v1/sync/runs", "/api/v1/sync/status"]) {
      seen[`${path} under ${JSON.stringify(faults)}`] = await get(app, path, cookie);
    }
  }
  assert.deepEqual(ended, ["complete", "upstream_busy", "upstream_broken", "upstream_login"]);
  seen.log = process.printed();
  const collections = await store.db.listCollections().toArray();
  seen.database = JSON.stringify(
    await Promise.all(collections.map(({ name }) => store.collection(name).find().limit(5_000).toArray())),
  );
  assert.match(seen.log, /upstream_login/);
  const secrets = [
    ...pem.split("\n").filter((line) => line.length > 20 && !line.startsWith("-----")),
    NETSUITE_CONSUMER_KEY!,
    "BEGIN PRIVATE",
    "standin.", // how the stand-in's tokens begin
    "client_assertion=",
    "Bearer ",
    "eyJ", // how every JWT begins
  ];
  for (const [where, text] of Object.entries(seen)) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `"${secret.slice(0, 12)}…" stands in ${where}`);
  }
});

browserTest(
  "The check's page passes axe in light and dark, on a desk and a phone, and is reached by its button",
  async (browser) => {
    await using app = await startApp();
    app.netsuite.faults.set({ missing: ["deletedrecord", "customer.url", "item"], clockSkewSeconds: 100 });
    for (const { colorScheme, viewport } of LOOKS) {
      const context = await browser.newContext({ viewport, colorScheme });
      const { page, faults } = await watchedPage(context);
      await signInByForm(page, app);
      await page.goto(`${app.url}/sync`);
      await page.click("text=Check connection");
      await page.waitForURL(/\/sync\/check/);
      for (const path of ["/sync/check", "/sync"]) {
        const where = `${path} with notices, ${colorScheme}, ${viewport.width} px`;
        await page.goto(app.url + path);
        await page.waitForSelector("text=NetSuite does not show deleted records");
        await assertPresentable(page, where);
      }
      assert.deepEqual(faults, []);
      await context.close();
    }
  },
);
