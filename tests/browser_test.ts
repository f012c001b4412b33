import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { signIn, startApp, type TestApp } from "./support/app.ts";
import {
  assertAccessible,
  assertPresentable,
  browserTest,
  LOOKS,
  signInByForm,
  watchedPage,
} from "./support/browser.ts";
import { assertLevel } from "./support/equality.ts";

browserTest(
  "Sign in, press the button, watch progress reach 100 %, open Sales: its revenue is the source's",
  async (browser) => {
    await using app = await startApp({ share: 0.1 });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const { page, faults } = await watchedPage(context);
    await signInByForm(page, app);
    await page.goto(`${app.url}/sync`);

    await page.getByRole("button", { name: /^Full run/ }).first().click();
    const shares = new Set<number>();
    await page.waitForFunction(() => /\d+%/.test(document.querySelector("main")?.textContent ?? ""), null, {
      timeout: 30_000,
    });
    const deadline = Date.now() + 90_000;
    while (!shares.has(100)) {
      assert.ok(Date.now() < deadline, `progress stopped at ${Math.max(...shares)} %`);
      const text = await page.evaluate(() => document.querySelector("main")!.textContent!);
      const share = Number(/(\d+)%/.exec(text)?.[1]);
      const before = Math.max(0, ...shares);
      assert.ok(share >= before, `progress went back from ${before} % to ${share} %`);
      shares.add(share);
      if (share === 100) {
        assert.match(text, /Complete/);
        assert.equal(
          (await app.store.collection("sync_runs").findOne({}))!.status,
          "complete",
          "100 % before the run was complete",
        );
      }
      await page.waitForTimeout(100);
    }
    assert.ok(shares.size >= 3, `progress jumped: ${[...shares]}`);
    await assertLevel(app.store, app.read);

    const { from, to, currency, minor } = revenueOfSource(app);
    await page.goto(`${app.url}/sales?from=${from}&to=${to}&currency=${currency}`);
    const shown = await page.evaluate(() => document.querySelector("main")!.textContent!);
    const whole = (minor / 100).toLocaleString("en-US", { style: "currency", currency, maximumFractionDigits: 0 });
    assert.ok(shown.includes(whole), `Sales does not show ${whole}`);
    const cookie = await signIn(app);
    const report = await (await fetch(`${app.url}/api/v1/reports/sales?from=${from}&to=${to}&currency=${currency}`, {
      headers: { Cookie: cookie },
    })).text();
    assert.ok(report.includes(`${minor}`), `the API does not have ${minor} minor units`);
    await walkPalette(page, app);
    await walkMenus(page, app);
    assert.deepEqual(faults, []);
  },
);

/** Opens the search by its key from any page, finds a page and a record, goes to both, and closes it. */
async function walkPalette(page: Page, app: TestApp): Promise<void> {
  const { name } = app.netsuite.db.prepare(
    `SELECT COALESCE(displayname, itemid) AS name FROM item ORDER BY id LIMIT 1`,
  ).get() as { name: string };
  await page.goto(`${app.url}/`);
  const palette = page.locator("dialog.palette"), field = palette.getByRole("combobox");
  const open = async () => {
    while (!await palette.isVisible()) { // until its island has woken, the key is the browser's
      await page.keyboard.press("Control+k");
      await page.waitForTimeout(50);
    }
  };
  await open();
  await field.fill("schedul");
  await palette.getByRole("option", { name: "Schedules", selected: true }).waitFor();
  await assertAccessible(page, "the palette");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${app.url}/sync/schedules`);
  await open();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Search or jump to" }).click();
  await field.fill(name);
  const record = palette.getByRole("option", { name }).first();
  await record.waitFor();
  await page.keyboard.press("ArrowUp");
  await palette.locator("[aria-selected=true]").waitFor();
  await record.click();
  await page.waitForURL(/\/sales\?by=item&q=/);
  await open();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
}

/** Menus close by Esc, which gives the focus back, by a press beside, and when the focus leaves them. */
async function walkMenus(page: Page, app: TestApp): Promise<void> {
  await page.goto(`${app.url}/sales`);
  const menus = page.locator("details[data-menu]"), open = page.locator("details[data-menu][open]");
  const palette = page.locator("dialog.palette");
  while (!await palette.isVisible()) { // its island closes menus too: until it has woken, the browser does
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(50);
  }
  await page.keyboard.press("Escape");
  assert.ok(await menus.count() >= 4, "account, export and filters are menus");
  await page.evaluate(() => scrollTo(0, 400));
  const top = await page.getByRole("search", { name: "Filters" }).evaluate((bar) => bar.getBoundingClientRect().top);
  assert.equal(top, 0, "the filters stay at the top");
  await page.evaluate(() => scrollTo(0, 0));
  for (const menu of await menus.all()) {
    const summary = menu.locator("summary");
    const name = await summary.textContent();
    await summary.focus();
    await page.keyboard.press("Enter");
    await open.waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    await open.waitFor({ state: "detached" });
    assert.ok(await summary.evaluate((one) => one === document.activeElement), `Esc loses the focus of ${name}`);
    await summary.click();
    await open.waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    await open.waitFor({ state: "detached" });
    await summary.click();
    await open.waitFor();
    await page.getByRole("link", { name: "Search or jump to" }).focus();
    await open.waitFor({ state: "detached" });
  }
}

/** Revenue of the last year, by SQL over the source: product lines of orders that are not void, before tax and shipping. */
function revenueOfSource(app: TestApp): { from: string; to: string; currency: string; minor: number } {
  const { newest } = app.netsuite.db.prepare(
    `SELECT MAX(trandate) AS newest FROM "transaction" WHERE type = 'SalesOrd'`,
  ).get() as { newest: string };
  const from = new Date(Date.parse(newest) - 364 * 86_400_000).toISOString().slice(0, 10);
  const row = app.netsuite.db.prepare(`
    SELECT c.symbol AS currency, CAST(ROUND(SUM(-l.foreignamount) * 100) AS INTEGER) AS minor
    FROM "transaction" t JOIN transactionline l ON l."transaction" = t.id JOIN currency c ON c.id = t.currency
    WHERE t.type = 'SalesOrd' AND t.trandate BETWEEN ? AND ? AND COALESCE(t.voided, 'F') <> 'T' AND l.mainline = 'F' AND l.taxline = 'F'
      AND l.iscogs = 'F' AND l.donotdisplayline = 'F' AND l.itemtype NOT IN ('ShipItem', 'TaxItem', 'TaxGroup', 'Subtotal', 'EndGroup')
    GROUP BY c.symbol ORDER BY minor DESC LIMIT 1`).get(from, newest) as { currency: string; minor: number };
  return { from, to: newest, ...row };
}

browserTest(
  "Every page passes axe in light and dark, on a desk and a phone, breaks no policy, and scrolls only downwards",
  async (browser) => {
    await using app = await startApp({ share: 0.02 });
    const cookie = await signIn(app);
    const paths = ["/", "/sync", "/sales", "/sync/runs", "/search?q=s"];
    for (const state of ["before the first run", "after it"]) {
      if (state === "after it") {
        const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Cookie: cookie, Origin: app.url },
          body: `{"kind":"full"}`,
        });
        const { id } = await asked.json();
        paths.push(`/sync/runs/${id}`);
        while (!(await app.store.collection("sync_runs").findOne({ _id: id }))?.endedAt) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      for (const { colorScheme, viewport } of LOOKS) {
        const context = await browser.newContext({ viewport, colorScheme });
        const { page, faults } = await watchedPage(context);
        await page.goto(`${app.url}/sign-in`);
        await assertAccessible(page, `/sign-in ${colorScheme} ${viewport.width}`);
        await signInByForm(page, app);
        for (const path of paths) {
          const where = `${path} ${state}, ${colorScheme}, ${viewport.width} px`;
          const response = await page.goto(app.url + path);
          const expected = path === "/nowhere" ? 404 : path.endsWith("=x") ? 400 : 200;
          assert.equal(response!.status(), expected, where);
          await assertPresentable(page, where);
        }
        assert.deepEqual(faults, []);
        await context.close();
      }
    }
  },
);

browserTest("Pages are complete without JavaScript, and a run starts from a plain form", async (browser) => {
  await using app = await startApp({ share: 0.02 });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signInByForm(page, app);
  await page.goto(`${app.url}/sync`);
  await page.getByRole("button", { name: /^Full run/ }).first().click();
  await page.waitForURL(/\/sync/);
  while (!(await app.store.collection("sync_runs").findOne({}))?.endedAt) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await page.goto(`${app.url}/sync`);
  assert.match((await page.textContent("main"))!, /Complete/);
  await page.goto(`${app.url}/sales`);
  assert.ok(await page.locator("main table").count() >= 1, "Sales has no table without JavaScript");
  await page.getByRole("link", { name: "Search or jump to" }).click();
  await page.getByRole("searchbox").fill("transaction_links");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "transaction_links" }).click();
  await page.waitForURL(`${app.url}/sync/streams/transaction_links`);
});

Deno.test("Pages without an island ship no script", async () => {
  await using app = await startApp({ share: 0.02 });
  for (const path of ["/sign-in", "/reset"]) {
    const response = await fetch(app.url + path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("link"), null, `${path} preloads something`);
    assert.ok(!/<script/i.test(await response.text()), `${path} has a script`);
  }
});

Deno.test("No page and no API route but health, sign-in and set-up is open to a stranger", async () => {
  await using app = await startApp({ share: 0.02 });
  const health = await fetch(`${app.url}/api/v1/health`);
  assert.deepEqual([health.status, await health.json()], [200, { status: "ok" }]);
  for (
    const path of [
      "/",
      "/sync",
      "/sync/runs",
      "/sync/runs/1",
      "/sales",
      "/sales/export.csv",
      "/sales/export.xlsx",
      "/sales/records",
      "/sales/records/export.csv",
      "/sales/records/export.xlsx",
      "/nowhere",
      "/sync/nowhere",
    ]
  ) {
    const response = await fetch(app.url + path, { redirect: "manual" });
    await response.body?.cancel();
    assert.equal(response.status, 303, path);
    assert.match(response.headers.get("location")!, /^\/sign-in/, path);
  }
  for (const path of ["sync/status", "sync/runs", "sync/runs/1", "reports/sales", "openapi.json", "nowhere"]) {
    const response = await fetch(`${app.url}/api/v1/${path}`);
    assert.equal(response.status, 401, path);
    assert.match(response.headers.get("content-type")!, /^application\/problem\+json/, path);
    const problem = await response.json();
    assert.equal(problem.status, 401);
  }
});
