import type { FreshConfig } from "fresh";
import type { BuildOptions } from "fresh/dev";
import type { Config } from "./lib/config.ts";

/** What `dev.ts` passes on to the builder: where the parts of the site lie. */
export const buildOptions: BuildOptions = {
  root: import.meta.dirname,
  outDir: "_fresh",
  staticDir: "static",
  islandDir: "islands",
  routeDir: "routes",
  serverEntry: "main.ts",
};

/** What `main.ts` passes on to the app. Only a proxy that is known to set them may name scheme and host of a request. */
export function appOptions(config: Pick<Config, "trustProxy">): FreshConfig {
  return { trustProxy: config.trustProxy };
}
