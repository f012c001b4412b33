/** The content security policy, on every page there is, in a browser that reports what it had to block. */
import assert from "node:assert/strict";
import { startApp } from "./support/app.ts";
import { browserTest, signInByForm, watchedPage } from "./support/browser.ts";
import { allRoutes, filled } from "./support/routes.ts";

browserTest("no page breaks its policy; a script that somebody put into one does not run", async (browser) => {
  await using app = await startApp({ share: 0.01 });
  const context = await browser.newContext();
  const { page, faults } = await watchedPage(context);
  await signInByForm(page, app);
  const pages = (await allRoutes()).filter(({ method, path }) =>
    method === "GET" && !/^\/(api|metrics)|\.(csv|xlsx)$|sign-in/.test(path)
  );
  assert.ok(pages.length > 15);
  for (const { path } of pages) {
    const response = await page.goto(app.url + filled(path), { waitUntil: "load" });
    const html = await response!.text(); // as it was sent: scripts may set styles
    assert.doesNotMatch(html, /<[^>]+ (style|on[a-z]+)="/, `${path} has a style or a handler in a tag`);
  }
  // a page that is not there (404) is told on the console by its status; that is no violation
  assert.deepEqual(faults.filter((fault) => !/the server responded with a status of 40[0-9]/.test(fault)), []);
  await page.goto(`${app.url}/sync`);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.injected = true";
    document.body.append(script);
    return "injected" in globalThis;
  });
  assert.equal(ran, false);
  assert.ok(faults.some((fault) => /Content Security Policy/.test(fault)), "the browser reports violations");
});
