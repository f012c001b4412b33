const ROOT = new URL("../../", import.meta.url);

/** The text of a file of the project, by its path from the project's root. */
export function readSource(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** Paths of all source files below folders of the project, tests and what is for tests left out. */
export async function sourcesOf(...folders: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
      const path = `${folder}/${name}`;
      if (isDirectory) found.push(...await sourcesOf(path));
      else if (/\.tsx?$/.test(name) && !/(_test\.tsx?|testing\w*\.ts)$/.test(name)) found.push(path);
    }
  }
  return found;
}

/** Every file that the running program consists of, but its looks. */
export async function programSources(): Promise<string[]> {
  return ["main.ts", ...await sourcesOf("lib", "cli", "routes")];
}
