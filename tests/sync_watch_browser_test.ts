/** What watches over the sync, in a real browser: totals that are counted anew, alerts and the ways they go. */
import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startHook, startMailbox } from "../lib/sync/alerts/testing.ts";
import { signIn, startApp, type TestApp } from "./support/app.ts";
import { assertPresentable, browserTest, LOOKS, signInByForm, watchedPage } from "./support/browser.ts";
import { until } from "./support/engine.ts";

const DESK = { width: 1440, height: 900 };

async function open(browser: Browser, app: TestApp, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: DESK, ...options });
  const watched = await watchedPage(context);
  await signInByForm(watched.page, app);
  return { context, ...watched };
}

/** The program after a full run. */
async function startFilled(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp({ share: 0.02, env });
  const response = await fetch(`${app.url}/api/v1/sync/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: await signIn(app), Origin: app.url },
    body: '{"kind":"full"}',
  });
  const { id } = await response.json();
  await until(
    "the full run ends",
    90_000,
    async () => (await app.store.collection("sync_runs").findOne({ _id: id }))?.endedAt,
  );
  return app;
}

const says = (page: Page, text: RegExp | string) =>
  page.locator("main").getByText(text).first().waitFor({ state: "visible", timeout: 30_000 });

/** Alerts as they are kept: one that is raised, and some that are over. */
function alertsOf(count: number) {
  const hour = 3_600_000, now = Date.now();
  const base = {
    ...{ kind: "run_failed", reminders: 0, runId: 1, title: "Incremental runs fail" },
    text:
      "The incremental run 1 of items failed: NetSuite answered 503. NetSuite may be down; the next run tries again.",
  };
  const over = Array.from({ length: count }, (_, back) => ({
    ...{ ...base, _id: `run:incremental@${back}` as never, key: "run:incremental" },
    ...{ since: new Date(now - (2 * back + 3) * hour), closedAt: new Date(now - (2 * back + 2) * hour) },
    ...{ openedAt: new Date(now - (2 * back + 3) * hour), toldAt: new Date(now - (2 * back + 3) * hour) },
  }));
  const at = new Date(now - hour);
  return [...over, {
    ...{ ...base, _id: "planted" as never, key: "planted", open: "planted" },
    ...{ since: at, openedAt: at, toldAt: at, closedAt: null },
  }];
}

browserTest(
  "Totals and alerts pass axe in light and dark, on a desk and a phone, break no policy, and scroll only downwards",
  async (browser) => {
    await using hook = startHook();
    await using app = await startFilled({
      // nobody looks for problems meanwhile, who would find that the planted one is over
      DENO_CRON_TEST_SCHEDULE_OFFSET: "86400000",
      ALERT_WEBHOOK_URL: hook.url,
      ALERT_WEBHOOK_SECRET: "a secret of the webhook",
    });
    for (const alerts of [[], alertsOf(60)]) {
      if (alerts.length > 0) await app.store.collection("sync_alerts").insertMany(alerts);
      for (const { colorScheme, viewport } of LOOKS) {
        const { context, page, faults } = await open(browser, app, { viewport, colorScheme });
        for (const path of alerts.length > 0 ? ["/sync/alerts", "/sync", "/sync/marts"] : ["/sync/alerts"]) {
          const where = `${path}, ${colorScheme}, ${viewport.width} px, ${alerts.length} alerts`;
          assert.equal((await page.goto(app.url + path))!.status(), 200, where);
          await assertPresentable(page, where);
        }
        assert.deepEqual(faults, []);
        await context.close();
      }
    }
    const { page } = await open(browser, app);
    await page.goto(`${app.url}/sync/alerts`);
    assert.equal(await page.locator("main tbody th").count(), 50);
    await page.getByRole("link", { name: "Older" }).click();
    await page.getByRole("link", { name: "Newest" }).waitFor();
    assert.equal(await page.locator("main tbody th").count(), 10);
  },
);

browserTest(
  "Totals are counted anew by keyboard and without scripts; the page says how far it is by itself",
  async (browser) => {
    await using app = await startFilled();
    const days = app.store.collection<{ _id: string; orders: number; cells: unknown[] }>("mart_sales_days");
    const read = () => days.find({ orders: { $gt: 0 } }, { projection: { cells: 1 }, sort: { _id: 1 } }).toArray();
    const right = await read();
    const spoil = (day: string) => days.updateOne({ _id: day }, { $set: { cells: [] } });

    const { page, faults } = await open(browser, app);
    await page.goto(`${app.url}/sync/marts`);
    await says(page, "No day waits");
    await spoil(right[0]!._id);
    await page.getByRole("radio", { name: "Some days" }).focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.getByLabel("From").isVisible(), false, "all days have no dates");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const question = page.getByRole("dialog", { name: "Count Sales by day anew?" });
    await question.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Keep the totals");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await says(page, "All days are being counted anew, month by month.");
    await until("the first day is right again", 60_000, async () => {
      const [first] = await read();
      return JSON.stringify(first) === JSON.stringify(right[0]) || null;
    });
    await says(page, "No day waits"); // by itself
    assert.deepEqual(faults, []);

    const plain = await open(browser, app, { javaScriptEnabled: false });
    await plain.page.goto(`${app.url}/sync/marts`);
    const last = right.at(-1)!;
    await spoil(last._id);
    await plain.page.getByLabel("From").fill(last._id);
    await plain.page.getByLabel("to", { exact: true }).fill(last._id);
    await plain.page.getByRole("button", { name: "Rebuild" }).click();
    await plain.page.getByRole("dialog").getByRole("button", { name: "Count anew" }).click();
    await says(plain.page, /1 day of .* is being counted anew\./);
    await until(
      "the day is right again",
      60_000,
      async () => JSON.stringify((await read()).at(-1)) === JSON.stringify(last) || null,
    );
    await plain.page.getByLabel("From").fill("2026-03-02");
    await plain.page.getByLabel("to", { exact: true }).fill("2026-03-01");
    await plain.page.getByRole("button", { name: "Rebuild" }).click();
    await plain.page.getByRole("dialog").getByRole("button", { name: "Count anew" }).click();
    await says(plain.page, /ends on 2026-03-01, before it begins/);
  },
);

browserTest("A test message is sent from the page, and its loss is said there", async (browser) => {
  await using hook = startHook();
  await using mailbox = startMailbox("ann", "secret of the mail");
  await using app = await startApp({
    share: 0.02,
    env: {
      ALERT_WEBHOOK_URL: hook.url,
      ALERT_WEBHOOK_SECRET: "a secret of the webhook",
      SMTP_URL: `smtp://ann:secret%20of%20the%20mail@127.0.0.1:${mailbox.port}`,
      MAIL_FROM: "Tidemark <tidemark@example.com>",
      ALERT_MAIL_TO: "ops@example.com",
    },
  });
  const { page, faults } = await open(browser, app, { javaScriptEnabled: false });
  hook.answer = () => new Response(null, { status: 404 });
  await page.goto(`${app.url}/sync/alerts`);
  await says(page, "ops@example.com");
  await page.getByRole("button", { name: "Send a test message" }).click();
  await says(page, /was sent by e-mail\. It could not be sent to the webhook: .*answers 404\./);
  await says(page, /Last sent .*: Test message/);
  await says(page, "Last one lost");
  assert.equal(mailbox.mails.length, 1);
  const html = await page.content();
  assert.ok(!html.includes("secret-path") && !html.includes("secret of the"), "no secret stands on the page");
  await page.getByRole("button", { name: "Send a test message" }).click();
  await says(page, /was sent less than 10 s ago/);
  assert.equal(hook.calls.length, 1);
  assert.deepEqual(faults, []);
});
