import type { ApiRoute } from "./declared.ts";

/**
 * Names requests by the route of the API that answers them, for metrics: `/api/v1/sync/runs/{id}`, never the typed path.
 *
 * @returns null for a path that the API does not know
 */
export function routeNames(routes: readonly ApiRoute[]): (path: string) => string | null {
  const known = [...new Set(routes.map(({ path }) => path))]
    // what is spelt out goes before what stands for anything, as the router has it
    .sort((a, b) => Number(a.includes("{")) - Number(b.includes("{")))
    .map((path) => ({
      path,
      like: new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    }));
  return (path) => known.find(({ like }) => like.test(path))?.path ?? null;
}
