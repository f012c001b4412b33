/** The pages of the sync in a real browser: by mouse, by keyboard alone, without scripts, and over a restart of the program. */
import assert from "node:assert/strict";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { signIn, startApp, startProcess, type TestApp } from "./support/app.ts";
import { assertPresentable, browserTest, LOOKS, signInByForm, watchedPage } from "./support/browser.ts";
import { until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

const DESK = { width: 1440, height: 900 };

/** Asks for a run of the API. */
async function ask(app: TestApp, body: Record<string, unknown>): Promise<number> {
  const response = await fetch(`${app.url}/api/v1/sync/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: await signIn(app), Origin: app.url },
    body: JSON.stringify(body),
  });
  const run = await response.json();
  assert.equal(response.status, 202, JSON.stringify(run));
  return run.id;
}

/** Pauses, resumes or cancels a run. */
async function steer(app: TestApp, id: number, act: "pause" | "resume" | "cancel"): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/sync/runs/${id}/${act}`, {
    method: "POST",
    headers: { Cookie: await signIn(app), Origin: app.url },
  });
  assert.equal(response.status, 202, await response.text());
}

/** In the browser: the tab of the page is in view, however narrow the screen. */
function isTabInView(): boolean {
  const tab = document.querySelector(".tabs > [aria-current]")?.getBoundingClientRect();
  return !tab || (tab.left >= 0 && tab.right <= innerWidth);
}

const runOf = (app: TestApp, id: number) =>
  app.store.collection<{ _id: number; status: string; endedAt: Date | null }>("sync_runs").findOne({ _id: id });

/** Waits until a run has ended, and gives its status. */
function ended(app: TestApp, id: number): Promise<string> {
  return until(`run ${id} ends`, 90_000, async () => {
    const run = await runOf(app, id);
    return run?.endedAt ? run.status : null;
  });
}

/** The app with a full mirror but for two customers, whose dates are none. */
async function startWithRefused(): Promise<TestApp & { refused: number[] }> {
  const app = await startApp({ share: 0.02 });
  const refused = app.netsuite.db.prepare("SELECT id FROM customer ORDER BY id LIMIT 2").all().map(({ id }) =>
    Number(id)
  );
  app.netsuite.db.exec(`UPDATE customer SET firstorderdate = 'n/a' WHERE id IN (${refused.join(", ")})`);
  await ended(app, await ask(app, { kind: "full" }));
  return Object.assign(app, { refused });
}

async function open(browser: Browser, app: TestApp, options: Parameters<Browser["newContext"]>[0] = {}) {
  const context: BrowserContext = await browser.newContext({ viewport: DESK, ...options });
  const watched = await watchedPage(context);
  await signInByForm(watched.page, app);
  return { context, ...watched };
}

/** Waits until the page's main part says something. */
const says = (page: Page, text: RegExp | string) =>
  page.locator("main").getByText(text).first().waitFor({ state: "visible", timeout: 30_000 });

browserTest(
  "The pages of the sync pass axe in light and dark, on a desk and a phone, break no policy, and scroll only downwards",
  async (browser) => {
    await using app = await startWithRefused();
    await app.store.collection("sync_days").insertMany(historyOf(20));
    app.netsuite.faults.set({ latencyMs: 1500 });
    const under = await ask(app, { kind: "full" });
    await steer(app, under, "pause");
    const paths = [
      "/sync",
      "/sync/start?kind=backfill",
      "/sync/runs?kind=full",
      "/sync/runs?outcome=failed",
      "/sync/runs/1",
      `/sync/runs/${under}`,
      "/sync/quarantine",
      "/sync/quarantine?q=nothing",
      `/sync/quarantine/customers/${app.refused[0]}`,
      "/sync/schedules",
      "/sync/schedules/new",
      "/sync/changes",
      "/sync/marts",
      "/sync/alerts",
      "/sync/history?show=duration",
      "/sync/streams/customers",
      "/sales",
    ];
    const awake = new Set<string>();
    for (const { colorScheme, viewport } of LOOKS) {
      const { context, page, faults } = await open(browser, app, { viewport, colorScheme });
      page.on("requestfinished", (request) => {
        const island = /\/_fresh\/js\/.+\/([A-Z]\w+)\.js$/.exec(request.url())?.[1];
        if (island) awake.add(island);
      });
      for (const path of paths) {
        const where = `${path}, ${colorScheme}, ${viewport.width} px`;
        assert.equal((await page.goto(app.url + path))!.status(), 200, where);
        await assertPresentable(page, where);
        await page.waitForFunction(isTabInView);
      }
      assert.deepEqual(faults, []);
      await context.close();
    }
    const islands = [...Deno.readDirSync("islands")].map(({ name }) => name.replace(/\.tsx$/, ""));
    assert.deepEqual([...awake].sort(), islands.sort(), "each island wakes on one of these pages, without a fault");
  },
);

browserTest(
  "By mouse: a refused row is mended, replayed and taken back; a schedule is made, removed and brought back",
  async (browser) => {
    await using app = await startWithRefused();
    const { page, faults } = await open(browser, app);
    const [first] = app.refused;
    const mirrored = () =>
      app.store.collection<{ _id: number; firstOrderDate: string | null }>("customers").findOne({ _id: first! });

    await page.goto(`${app.url}/sync/quarantine`);
    await page.getByRole("link", { name: `customers ${first}` }).first().click();
    await says(page, "1 thing to mend");
    await page.getByLabel("firstorderdate").fill("soon");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await says(page, /Saved\. 1 thing to mend still/);
    await says(page, "NetSuite: n/a");
    assert.equal(await mirrored(), null);
    await page.getByLabel("firstorderdate").fill("2026-01-31");
    await page.getByRole("button", { name: "Save and replay" }).click();
    await says(page, `customers ${first} is in the mirror.`);
    assert.equal((await mirrored())!.firstOrderDate, "2026-01-31");
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await says(page, "is taken back");
    assert.ok(await app.store.collection("quarantine").findOne({ _id: `customers/${first}` as never }));
    await page.goto(`${app.url}/sync/quarantine`);
    await page.getByLabel(`Choose customers ${app.refused[1]}`).first().check();
    await page.getByRole("button", { name: "Replay those ticked" }).click();
    await says(page, /1 row stays in quarantine/);

    await page.goto(`${app.url}/sync/schedules`);
    await page.getByRole("link", { name: /New schedule/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Morning items");
    await page.getByRole("searchbox", { name: "Search streams" }).fill("item");
    await page.getByRole("checkbox", { name: "items", exact: true }).check();
    await page.getByRole("radio", { name: "Each day at" }).check();
    await page.getByLabel("Time of day").fill("06:15");
    await page.getByLabel("Time zone").fill("Europe/Berlin");
    await says(page, /^06:15 (CET|CEST|GMT)/); // asked for while the form is filled in
    await page.getByRole("button", { name: "Save schedule" }).click();
    await says(page, /"Morning items" is saved: 06:15 each day, Europe\/Berlin/);
    await page.getByRole("button", { name: "Remove Morning items" }).click();
    await says(page, `"Morning items" is removed.`);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await says(page, `"Morning items" is back.`);
    const again = await app.store.collection("sync_schedules").findOne({ name: "Morning items" });
    assert.deepEqual([again!.cron, again!.zone, again!.streams], ["15 6 * * *", "Europe/Berlin", ["items"]]);
    assert.deepEqual(faults, []);
  },
);

browserTest(
  "By keyboard alone: a run is started, paused, resumed and cancelled; a question is left by Esc",
  async (browser) => {
    await using app = await startApp({ share: 0.05 });
    app.netsuite.faults.set({ latencyMs: 1500 });
    const { page, faults } = await open(browser, app);
    await page.goto(`${app.url}/sync`);
    await page.getByRole("button", { name: /Keyboard shortcuts/ }).waitFor(); // keys work from now on
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.waitForURL(/\/sync\/start$/);
    await page.getByRole("button", { name: /Keyboard shortcuts/ }).waitFor();
    await page.getByRole("radio", { name: /^Incremental/ }).focus();
    await page.keyboard.press("ArrowDown");
    assert.ok(await page.getByRole("radio", { name: /^Full/ }).isChecked());
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sync$/);
    await says(page, "Full run 1 has been asked for.");

    await page.getByRole("button", { name: /^Pause/ }).focus();
    await page.keyboard.press("Enter");
    await says(page, "Paused by Ada");
    await page.getByRole("button", { name: /^Resume/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Pause/ }).waitFor();
    const cancel = page.getByRole("button", { name: "Cancel run 1", exact: true });
    const question = page.getByRole("dialog", { name: "Cancel full run 1?" });
    await cancel.focus();
    await page.keyboard.press("Enter");
    await question.waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement?.textContent),
      "Keep running",
      "the safe answer has the focus",
    );
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "hidden" });
    assert.match(
      await page.evaluate(() => document.activeElement?.textContent ?? ""),
      /^Cancel run/,
      "focus goes back",
    );
    await page.keyboard.press("Enter");
    await question.waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await ended(app, 1), "cancelled");
    await says(page, "Cancelled");
    assert.deepEqual(faults, []);
  },
);

browserTest("Without scripts: every act is a form that says what it did", async (browser) => {
  await using app = await startWithRefused();
  const { page } = await open(browser, app, { javaScriptEnabled: false });
  const [first, second] = app.refused;

  await page.goto(`${app.url}/sync/start`);
  await page.getByRole("radio", { name: /^Full/ }).check();
  await page.getByRole("checkbox", { name: "customers", exact: true }).check();
  await page.getByRole("checkbox", { name: /^Dry run/ }).check();
  await page.getByRole("button", { name: "Start run" }).click();
  await says(page, "Dry run: Full run 2 has been asked for.");
  assert.equal(await ended(app, 2), "complete");
  await page.goto(`${app.url}/sync/runs/2`);
  await says(page, "Dry run: nothing was written.");
  await page.goto(`${app.url}/sync/runs?kind=full&by=Ada`);
  assert.equal(await page.locator("main tbody th").count(), 2);
  await page.goto(`${app.url}/sync/start?kind=backfill`);
  await page.getByLabel("From").fill("2026-02-01");
  await page.getByLabel("to", { exact: true }).fill("2026-01-01");
  await page.getByRole("button", { name: "Start run" }).click();
  await says(page, /ends on 2026-01-01, before it begins/);
  assert.equal(await page.getByLabel("From").inputValue(), "2026-02-01", "what was typed is still there");

  app.netsuite.faults.set({ latencyMs: 1500 });
  await page.goto(`${app.url}/sync`);
  await page.getByRole("button", { name: /^Full run/ }).click();
  await says(page, "Full run 3 has been asked for.");
  await page.getByRole("button", { name: /^Pause/ }).click();
  await says(page, "Run 3 pauses after the pages in flight.");
  await page.goto(`${app.url}/sync/runs/3`);
  await page.getByRole("button", { name: "Cancel run 3", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await says(page, "Run 3 ends after the pages in flight.");
  assert.equal(await ended(app, 3), "cancelled");
  app.netsuite.faults.set({ latencyMs: 0 });

  await page.goto(`${app.url}/sync/quarantine/customers/${first}`);
  await page.getByLabel("firstorderdate").fill("");
  await page.getByRole("button", { name: "Save and replay" }).click();
  await says(page, `customers ${first} is in the mirror.`);
  await page.getByRole("button", { name: "Replay all" }).click();
  await says(page, /1 row stays in quarantine/);
  assert.equal(await page.getByRole("link", { name: `customers ${second}` }).first().isVisible(), true);

  await page.goto(`${app.url}/sync/schedules/nightly-proof`);
  await page.getByLabel("Time of day").fill("03:45");
  await page.getByRole("button", { name: "Show the next times" }).click();
  await says(page, /^03:45 /);
  await page.getByLabel("Time zone").fill("Mars/Base");
  await page.getByRole("button", { name: "Save schedule" }).click();
  await says(page, /"Mars\/Base" is no time zone/);
  await page.getByLabel("Time zone").fill("UTC");
  await page.getByRole("button", { name: "Save schedule" }).click();
  await says(page, /"Nightly proof" is saved: 03:45 each night, UTC/);
  await page.goto(`${app.url}/sync/history`);
  assert.ok(await page.locator("main table").isVisible(), "History has no table without scripts");
});

/** The page of the Sync that tells of a run: the overview, or the run's own. */
for (const [name, path] of [["the overview", "/sync"], ["its own page", "/sync/runs/1"]] as const) {
  browserTest(
    `A run is watched on ${name} over a restart of the program, without a reload of the page`,
    async (browser) => {
      await using app = await startApp({ share: 0.05 });
      app.netsuite.faults.set({ latencyMs: 600 });
      const { page } = await open(browser, app);
      await ask(app, { kind: "full" });
      await page.goto(app.url + path);
      await page.evaluate(() => (globalThis as unknown as { mark: number }).mark = 1);
      await until("the run has read something", 30_000, async () => {
        const chunk = await app.store.collection("sync_chunks").findOne({ "counts.read": { $gt: 0 } });
        return chunk;
      });
      await page.locator("main").getByText(/^[1-9][\d,]* of [\d,]+ rows$/).first().waitFor({ timeout: 30_000 });
      const { port } = new URL(app.url);
      await app.process.kill("SIGKILL");
      await page.getByText(/^Reconnecting/).waitFor({ timeout: 30_000 });
      app.netsuite.faults.set({ latencyMs: 0 });
      app.process = await startProcess({ ...app.env, PORT: port });
      await page.getByText(/^Reconnecting/).waitFor({ state: "hidden", timeout: 30_000 });
      assert.equal(await ended(app, 1), "complete");
      await page.locator("main").getByText("100%", { exact: true }).first().waitFor({ timeout: 30_000 });
      if (path !== "/sync") {
        const { rowsRead } = await runView(app, 1);
        const facts = page.locator("main dl.facts");
        await facts.getByText(rowsRead.toLocaleString("en-US"), { exact: true }).first().waitFor();
        assert.equal(await page.locator("main").getByText("Working", { exact: true }).count(), 0);
        assert.equal(
          await page.getByRole("button", { name: /^Pause|^Cancel run/ }).count(),
          0,
          "nothing is left to steer",
        );
      }
      assert.equal(
        await page.evaluate(() => (globalThis as unknown as { mark: number }).mark),
        1,
        "the page was loaded anew",
      );
      await assertLevel(app.store, app.read);
    },
  );
}

browserTest(
  "On its own page a run is paused, resumed and cancelled in place; without scripts it says of when it is",
  async (browser) => {
    await using app = await startApp({ share: 0.05 });
    app.netsuite.faults.set({ latencyMs: 1500 });
    const { page, faults } = await open(browser, app);
    await ask(app, { kind: "full" });
    await page.goto(`${app.url}/sync/runs/1`);
    await page.evaluate(() => (globalThis as unknown as { mark: number }).mark = 1);
    await page.getByRole("button", { name: /^Keyboard shortcuts/ }).waitFor(); // the islands are awake
    await page.getByRole("button", { name: /^Pause/ }).press("Enter");
    await says(page, "Paused by Ada");
    const still = await open(browser, app, { javaScriptEnabled: false });
    await still.page.goto(`${app.url}/sync/runs/1`);
    await says(still.page, /As of/);
    await still.page.getByRole("link", { name: "reload" }).click();
    await says(still.page, "Paused by Ada");
    await still.page.getByRole("button", { name: /^Resume/ }).click();
    await says(still.page, "Run 1 goes on from its checkpoints.");
    await page.getByRole("button", { name: /^Pause/ }).waitFor(); // heard without a reload
    await page.getByRole("button", { name: "Cancel run 1", exact: true }).click();
    await page.getByRole("dialog", { name: "Cancel full run 1?" }).getByRole("button", { name: "Cancel run" }).click();
    assert.equal(await ended(app, 1), "cancelled");
    await page.locator("main").getByText("Cancelled by", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Cancel run 1", exact: true }).waitFor({ state: "hidden" });
    assert.equal(
      await page.evaluate(() => (globalThis as unknown as { mark: number }).mark),
      1,
      "the page was loaded anew",
    );
    assert.deepEqual(faults, []);
  },
);

/** A run as the API tells it. */
async function runView(app: TestApp, id: number): Promise<{ rowsRead: number }> {
  const response = await fetch(`${app.url}/api/v1/sync/runs/${id}?chunks=1`, {
    headers: { Cookie: await signIn(app) },
  });
  const run = await response.json();
  assert.equal(run.chunks.length, 1);
  return run;
}

/** Days of a quiet sync, as they are kept. */
function historyOf(days: number) {
  return Array.from({ length: days }, (_, back) => {
    const at = new Date(Date.now() - (back + 1) * 86_400_000);
    return {
      _id: at.toISOString().slice(0, 10) as never,
      at,
      builtAt: at,
      isFinal: true,
      runs: { complete: 90 + back, incomplete: 1, failed: back % 3, cancelled: 0 },
      ...{ rowsRead: 1000 * back, written: 300, deleted: 1, quarantined: 0, requests: 400, throttled: back },
      ...{ medianSeconds: 4, longestSeconds: back % 4 === 0 ? null : 30, slotShare: .2, worstLagSeconds: 60 + back },
    };
  });
}
