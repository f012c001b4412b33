import { listRoutes } from "../../lib/access/route_check.ts";
import { createApi } from "../../lib/api/mod.ts";

const ROUTES = new URL("../../routes/", import.meta.url);

/** One way to ask the program: a method and the pattern of a path, `/sync/runs/:id` for pages, `…/{id}` for the API. */
export interface AskedRoute {
  method: string;
  path: string;
}

/** Every route there is, from the files of routes/ and from the API's own list, so that a new one is tried as well. */
export async function allRoutes(): Promise<AskedRoute[]> {
  const routes: AskedRoute[] = [];
  for (const { file, route } of await listRoutes(ROUTES)) {
    if (route === "/api/v1/:path*") continue; // the API's own list says more
    const { handler, default: component } = await import(new URL(file, ROUTES).href);
    const methods = typeof handler === "function" ? ["GET", "POST"] : Object.keys(handler ?? {});
    if (component && !methods.includes("GET")) methods.unshift("GET");
    for (const method of methods) routes.push({ method, path: route });
  }
  const api = createApi({ sync: {} as never, store: {} as never });
  for (const { method, path } of api.routes) routes.push({ method, path });
  const line = ({ method, path }: AskedRoute) => `${path} ${method}`;
  return routes.sort((a, b) => line(a) < line(b) ? -1 : 1);
}

/** The pattern of a path with `value` (as it is typed into an address) in place of each parameter. */
export function filled(path: string, value = "1", rest = "x"): string {
  return path.replaceAll(/:(\w+)\*|:(\w+)|\{(\w+)\}/g, (_, many) => many ? rest : value);
}
