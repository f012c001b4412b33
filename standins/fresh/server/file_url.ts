import { fileURLToPath, pathToFileURL } from "node:url";

/** The path of a `file:` address. */
export function fromFileUrl(url: URL | string): string {
  return fileURLToPath(url);
}

/** The `file:` address of a path, with special characters escaped. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}
