import { fileURLToPath } from "node:url";

/** Where the page finds the font, below `static/`. */
export const FONT_PATH = "fonts/inter-latin.woff2";

/**
 * Puts Inter (variable weight, latin) into `static/fonts/`, out of the npm package that the lock file pins, so that the
 * font comes from our own origin and no binary lies in the repository. Writes nothing when the file is there already.
 *
 * @param staticDir the folder of static files, `static/` of this project when not told
 * @returns the path of the font
 */
export async function copyFonts(staticDir: URL = new URL("../static/", import.meta.url)): Promise<string> {
  const package_ = new URL(".", import.meta.resolve("@fontsource-variable/inter"));
  const from = fileURLToPath(new URL("files/inter-latin-wght-normal.woff2", package_));
  const to = new URL(FONT_PATH, staticDir);
  const font = await Deno.readFile(from);
  const there = await Deno.stat(to).catch(() => null);
  if (there?.size !== font.byteLength) {
    await Deno.mkdir(new URL(".", to), { recursive: true });
    await Deno.writeFile(to, font);
  }
  return fileURLToPath(to);
}
