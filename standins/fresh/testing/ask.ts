import type { App } from "../server/app.ts";

/** Asks an app without a server: `await ask(app)("/path")`. */
export function ask<State>(app: App<State>): (path: string, init?: RequestInit) => Promise<Response> {
  const handler = app.handler();
  return (path, init) => handler(new Request(new URL(path, "http://localhost"), init));
}

/** As {@link ask}, for the body's text only. */
export function askText<State>(app: App<State>): (path: string, init?: RequestInit) => Promise<string> {
  const request = ask(app);
  return async (path, init) => await (await request(path, init)).text();
}

/** Keeps errors that a test provokes out of the test's output; gives back what was logged. */
export function quiet(): Disposable & { errors: unknown[]; warnings: unknown[] } {
  const { error, warn } = console;
  const errors: unknown[] = [];
  const warnings: unknown[] = [];
  console.error = (...args: unknown[]) => errors.push(...args);
  console.warn = (...args: unknown[]) => warnings.push(...args);
  return {
    errors,
    warnings,
    [Symbol.dispose]() {
      console.error = error;
      console.warn = warn;
    },
  };
}
