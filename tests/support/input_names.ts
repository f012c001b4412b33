const ROOT = new URL("../../", import.meta.url);

/** Rooms whose files read addresses and forms, or draw the fields of forms. */
const ROOMS = ["routes", "components", "islands", "lib/reports", "lib/access", "lib/api", "lib/sync"];

/**
 * The name of every parameter of an address and every field of a form that the program reads or shows, found in its
 * source, so that one that is added is attacked as well.
 */
export async function inputNames(): Promise<string[]> {
  const names = new Set<string>();
  for (const room of ROOMS) {
    for await (const text of sources(new URL(`${room}/`, ROOT))) {
      for (const [, name] of text.matchAll(/(?:\.(?:get|getAll|has)\(|\bname=)"([a-zA-Z]\w*)"/g)) names.add(name!);
    }
  }
  return [...names].sort();
}

async function* sources(folder: URL): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (/\.tsx?$/.test(name) && !/_test\.tsx?$/.test(name)) yield await Deno.readTextFile(new URL(name, folder));
  }
}
