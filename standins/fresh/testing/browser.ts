import { type Browser, chromium, type Page } from "playwright-core";
import type { App } from "../server/app.ts";

/** Where Chromium lies: `CHROMIUM`, or the usual place of a Linux system; null where there is none. */
export function findChromium(): string | null {
  const named = Deno.env.get("CHROMIUM");
  for (const path of named !== undefined ? [named] : ["/usr/bin/chromium", "/usr/bin/chromium-browser"]) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // not there: try the next one
    }
  }
  return null;
}

/** Starts a headless browser. */
export async function startBrowser(path: string): Promise<Browser> {
  return await chromium.launch({
    executablePath: path,
    args: ["--no-sandbox", "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
}

/** What a page said while it was open. */
export interface OpenPage extends AsyncDisposable {
  page: Page;
  address: string;
  /** Errors of scripts and of the console, e.g. what the policy blocked. */
  errors: string[];
  /** Paths of what the page loaded. */
  loaded: string[];
}

/** Serves an app and opens one of its pages; waits until everything it asked for has come. */
export async function openPage<State>(browser: Browser, app: App<State>, path = "/"): Promise<OpenPage> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.handler());
  const address = `http://127.0.0.1:${server.addr.port}`;
  const page = await browser.newPage();
  const errors: string[] = [];
  const loaded: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) errors.push(message.text());
  });
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(address + path, { waitUntil: "networkidle" });
  return {
    page,
    address,
    errors,
    loaded,
    async [Symbol.asyncDispose]() {
      await page.close();
      await server.shutdown();
    },
  };
}
