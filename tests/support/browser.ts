import assert from "node:assert/strict";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { TestApp } from "./app.ts";

/** Where Chromium is: `CHROMIUM`, or where Debian puts it; null where there is none. */
export const CHROMIUM = Deno.env.get("CHROMIUM") ??
  firstFile("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

if (!CHROMIUM) {
  console.log(
    "Browser tests are skipped: there is no Chromium. On Debian: apt-get install chromium; elsewhere set CHROMIUM=/path/to/chromium.",
  );
}

const [DESK, PHONE] = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

/**
 * How pages are looked at: a theme decides about colours and a width about places, so that two looks see all of both.
 * `LOOKS=all` takes all four.
 */
export const LOOKS: readonly { colorScheme: "light" | "dark"; viewport: { width: number; height: number } }[] = [
  { colorScheme: "light", viewport: DESK },
  { colorScheme: "dark", viewport: PHONE },
  ...(Deno.env.get("LOOKS") === "all"
    ? [{ colorScheme: "dark", viewport: DESK } as const, { colorScheme: "light", viewport: PHONE } as const]
    : []),
];

/** A test in a real browser. Skipped, with word of how to get one, where there is none. */
export function browserTest(name: string, body: (browser: Browser) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !CHROMIUM,
    sanitizeOps: false, // playwright keeps a pipe to the browser until its process has gone
    sanitizeResources: false,
    async fn() {
      const browser = await chromium.launch({
        executablePath: CHROMIUM!,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
        ],
      });
      try {
        await body(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

/** A page that notes what no page may have: script errors, and anything the security policy had to block. */
export interface Watched {
  page: Page;
  faults: string[];
}

/** Opens a page in a context and watches it. */
export async function watchedPage(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  return { page, faults };
}

/** Signs the admin in through the form. */
export async function signInByForm(page: Page, app: TestApp): Promise<void> {
  await page.goto(`${app.url}/sign-in`);
  await page.fill("input[name=email]", app.admin.email);
  await page.fill("input[name=password]", app.admin.password);
  await page.click("main form button[type=submit]");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** Fails on any violation of WCAG 2.2 AA that axe finds. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    return await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
  });
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`);
  assert.deepEqual(told, [], `axe on ${where}`);
}

function firstFile(...paths: string[]): string | null {
  for (const path of paths) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch { /* the next one, then */ }
  }
  return null;
}

/** Fails, by name, where a page has what axe finds, or scrolls sideways at its present width. */
export async function assertPresentable(page: Page, where: string): Promise<void> {
  await assertAccessible(page, where);
  const overflow = await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  assert.ok(overflow <= 0, `${where} is ${overflow} px too wide`);
}
