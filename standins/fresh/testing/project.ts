import { dirname, join } from "node:path";

/** A project in a folder of its own, gone when it is disposed of. */
export interface TestProject extends AsyncDisposable {
  root: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
}

/** Writes files into a temporary folder: `{ "routes/index.tsx": "export default …" }`. */
export async function makeProject(files: Record<string, string | Uint8Array>): Promise<TestProject> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "fresh_project_" }));
  const write = async (path: string, content: string | Uint8Array) => {
    const full = join(root, path);
    await Deno.mkdir(dirname(full), { recursive: true });
    await Deno.writeFile(full, typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  for (const [path, content] of Object.entries(files)) await write(path, content);
  return { root, write, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}
