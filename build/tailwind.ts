import { compile, optimize } from "@tailwindcss/node";
import { Scanner } from "@tailwindcss/oxide";
import type { Builder } from "fresh/dev";
import { dirname } from "node:path";

/**
 * Compiles every stylesheet of `static/` that uses Tailwind: the classes found in the files that its `@source` lines
 * name, and nothing else. A sheet without an `@import "tailwindcss"` passes through as it is.
 *
 * @param builder the build whose static files are transformed
 */
export function tailwind(builder: Pick<Builder, "onTransformStaticFile">): void {
  builder.onTransformStaticFile({ pluginName: "tailwind", filter: /\.css$/ }, async ({ path, text, mode }) => {
    if (!/@import\s+["']tailwindcss/.test(text)) return;
    return { content: await compileStyles(text, path, mode === "production") };
  });
}

/**
 * The stylesheet as the browser gets it.
 *
 * @param source text of the sheet
 * @param path where it lies, for its relative imports and sources
 * @param minify whether to make it as small as it gets
 * @throws {Error} when an import, a plug-in or an `@apply` cannot be resolved
 */
export async function compileStyles(source: string, path: string, minify: boolean): Promise<string> {
  const sheet = await compile(source, { base: dirname(path), from: path, onDependency: () => {} });
  const candidates = new Scanner({ sources: sheet.sources }).scan();
  const css = sheet.build(candidates);
  return minify ? optimize(css, { minify: true, file: path }).code : css;
}
