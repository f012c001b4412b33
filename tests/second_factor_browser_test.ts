/** The second factor in a browser: every page of it, light and dark, desk and phone, by keyboard, without breaking the policy. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { codeOf, stepAt } from "../lib/access/second_factor/totp.ts";
import { startApp } from "./support/app.ts";
import { assertAccessible, browserTest, watchedPage } from "./support/browser.ts";

/** Where pictures go, for a person to look at; none without it. */
const PICTURES = Deno.env.get("PICTURES");

const LOOKS = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

browserTest(
  "second factor: set-up, sign-in and its end by keyboard; axe zero in light and dark, on a desk and a phone",
  async (browser) => {
    await using app = await startApp({ share: 0.01, env: { REQUIRE_TWO_FACTOR: "off" } });
    for (const [n, { colorScheme, viewport }] of LOOKS.entries()) {
      const context = await browser.newContext({ colorScheme, viewport });
      const { page, faults } = await watchedPage(context);
      const look = async (name: string) => {
        const where = `${name}, ${colorScheme}, ${viewport.width} px`;
        await assertAccessible(page, where);
        const wide = await page.evaluate(() =>
          document.documentElement.scrollWidth > document.documentElement.clientWidth
        );
        assert.ok(!wide, `${where} scrolls sideways`);
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/${n}-${name}.png`, fullPage: true });
      };
      const type = async (text: string) => {
        await page.keyboard.type(text);
        await page.keyboard.press("Enter");
      };
      // a page gives the focus a moment after its heading is there
      const focused = (id: string) => page.waitForFunction((id) => document.activeElement?.id === id, id);
      const heading = (text: string) => page.getByRole("heading", { level: 1, name: text }).waitFor();

      await page.goto(`${app.url}/sign-in`);
      await focused("email");
      await type(app.admin.email); // an empty password is told, and the field gets the keyboard
      await page.fill("#password", app.admin.password);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${app.url}/`);
      await page.goto(`${app.url}/account`);
      await look("account-off");
      await page.getByRole("link", { name: "Set up" }).click();
      await heading("Set up a second factor");
      await focused("password");
      await look("begin");
      await type(app.admin.password);
      await page.locator("#key").waitFor();
      await look("key");
      const key = (await page.locator("#key").innerText()).replaceAll(" ", "");
      assert.ok((await page.locator("svg[role=img]").boundingBox())!.width >= 150, "large enough for a camera");
      await page.focus("#code");
      await type("000000");
      await page.getByRole("alert").waitFor();
      await focused("code");
      await look("key-wrong-code");
      await type(codeOf(key, stepAt(new Date())));
      await heading("Your recovery codes");
      await look("recovery-codes");
      const codes = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();
      assert.equal(codes.length, 10);
      await page.getByRole("link", { name: "I have kept them" }).click();
      await page.waitForURL(`${app.url}/account`);
      await look("account-on");

      await context.clearCookies();
      await page.goto(`${app.url}/sign-in?next=/account/second-factor`);
      await page.fill("#email", app.admin.email);
      await page.fill("#password", app.admin.password);
      await page.keyboard.press("Enter");
      await heading("Code of your app");
      await focused("code");
      await look("code");
      await type("12");
      await page.getByRole("alert").waitFor();
      await look("code-wrong");
      await page.getByRole("link", { name: "Use a recovery code" }).click();
      await heading("Recovery code");
      await focused("code");
      await look("recovery");
      await type(codes[0]!);
      await heading("Your second factor");
      await look("manage");
      await page.fill("#code", codes[1]!);
      await page.fill("#password", "wrong horse");
      await page.getByRole("button", { name: "Switch off" }).click();
      await page.getByRole("alert").waitFor();
      await look("manage-wrong");
      await page.fill("#password", app.admin.password);
      await page.fill("#code", codes[1]!);
      await page.getByRole("button", { name: "Set up a new device" }).click();
      await heading("Set up a new device");
      await look("new-device");
      await page.goto(`${app.url}/account/second-factor`);
      await submitOff(page, codes[2]!, app.admin.password);
      await page.waitForURL(`${app.url}/account`);
      await page.getByRole("link", { name: "Set up" }).waitFor();
      await page.goto(`${app.url}/sign-in/code`);
      const own = faults.filter((fault) => !/the server responded with a status of 4\d\d/.test(fault));
      assert.deepEqual(own, [], "what the browser complained of");
      await context.close();
    }

    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${app.url}/sign-in/code`);
    await assertAccessible(page, "the code without a sign-in");
    await context.close();
  },
);

async function submitOff(page: Page, code: string, password: string): Promise<void> {
  await page.fill("#code", code);
  await page.fill("#password", password);
  await page.getByRole("button", { name: "Switch off" }).click();
}
