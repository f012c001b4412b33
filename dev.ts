import { Builder } from "fresh/dev";
import { copyFonts } from "./build/fonts.ts";
import { tailwind } from "./build/tailwind.ts";
import { buildOptions } from "./fresh.config.ts";

/** Builds the site: `deno task build` writes `_fresh/`; without `build` it serves and reloads pages as files change. */
const builder = new Builder(buildOptions);
tailwind(builder);
await copyFonts();

if (Deno.args.includes("build")) {
  await builder.build();
} else {
  await builder.listen(() => import("./main.ts"));
}
