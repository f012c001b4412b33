import { fromFileUrl } from "./file_url.ts";
import { App } from "./app.ts";
import { useBuild } from "./build.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";

/**
 * Makes the request handler of a built project; called by the `_fresh/server.js` that the build writes.
 *
 * @param entry the module that exports the app as `app`
 * @param root the project's folder
 * @throws {TypeError} where the entry exports no app
 */
export function startBuilt(
  entry: { app?: unknown },
  entryName: string,
  snapshot: Snapshot,
  base: string,
  root: string,
): { fetch: (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> } {
  if (!(entry.app instanceof App)) {
    throw new TypeError(`Cannot start: ${entryName} must export the app, as in "export const app = new App()"`);
  }
  const app = entry.app as App<unknown>;
  useBuild(app, openSnapshot(snapshot, fromFileUrl(new URL(root)), new URL(base)));
  return { fetch: app.handler() };
}
