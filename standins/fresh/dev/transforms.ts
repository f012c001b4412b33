import { toFileUrl } from "../server/file_url.ts";

export type TransformMode = "development" | "production";

/** Which static files a transform is for. */
export interface OnTransformOptions {
  /** Named in errors. */
  pluginName: string;
  /** Tested against the file's whole path. */
  filter: RegExp;
  /** Files that are left out: by the end of their path, by `*` and `**`, or by an expression for the whole path. */
  exclude?: (string | RegExp)[];
}

export interface OnTransformArgs {
  /** The file's whole path. */
  path: string;
  root: string;
  target: string | string[];
  /** The content as text. */
  text: string;
  content: Uint8Array;
  mode: TransformMode;
}

/** New content, and a new path where the name changes as well (`.scss` to `.css`). */
export interface OnTransformResult {
  path?: string;
  content: string | Uint8Array;
  map?: string | Uint8Array;
}

/** Returns nothing to leave a file as it is. */
export type TransformFn = (
  args: OnTransformArgs,
) =>
  | void
  | OnTransformResult
  | OnTransformResult[]
  | Promise<void | OnTransformResult | OnTransformResult[]>;

export interface TransformedFile {
  path: string;
  content: Uint8Array;
}

/** The transforms of a build. A file goes through all that want it, in the order of their registration. */
export class Transforms {
  readonly #list: { options: OnTransformOptions; run: TransformFn }[] = [];

  add(options: OnTransformOptions, run: TransformFn): void {
    this.#list.push({ options, run });
  }

  /** Whether any transform wants the file. */
  wants(path: string): boolean {
    return this.#list.some(({ options }) => matches(options, path));
  }

  /**
   * Runs a file through its transforms.
   *
   * @returns null where none changed it
   * @throws {Error} naming the plug-in and the file
   */
  async run(
    path: string,
    context: Pick<OnTransformArgs, "root" | "target" | "mode">,
  ): Promise<TransformedFile[] | null> {
    if (!this.wants(path)) return null;
    let files: TransformedFile[] = [{ path, content: await Deno.readFile(toFileUrl(path)) }];
    let changed = false;
    for (const { options, run } of this.#list) {
      const next: TransformedFile[] = [];
      for (const file of files) {
        const results = matches(options, file.path) ? await this.#runOne(options, run, file, context) : null;
        if (results !== null) changed = true;
        next.push(...results ?? [file]);
      }
      files = next;
    }
    return changed ? files : null;
  }

  async #runOne(
    options: OnTransformOptions,
    run: TransformFn,
    file: TransformedFile,
    context: Pick<OnTransformArgs, "root" | "target" | "mode">,
  ): Promise<TransformedFile[] | null> {
    const args: OnTransformArgs = {
      ...context,
      path: file.path,
      content: file.content,
      get text() {
        return new TextDecoder().decode(file.content);
      },
    };
    let results: void | OnTransformResult | OnTransformResult[];
    try {
      results = await run(args);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot transform ${file.path} by "${options.pluginName}": ${message}`, { cause });
    }
    if (results === undefined || results === null) return null;
    return [results].flat().map(({ path = file.path, content }) => ({
      path,
      content: typeof content === "string" ? new TextEncoder().encode(content) : content,
    }));
  }
}

function matches({ filter, exclude = [] }: OnTransformOptions, path: string): boolean {
  filter.lastIndex = 0; // a filter with the g flag remembers where it stopped
  if (!filter.test(path)) return false;
  return !exclude.some((rule) =>
    typeof rule === "string" ? isNamed(path, rule) : new RegExp(rule.source, rule.flags).test(path)
  );
}

/** Whether a path is the one that is named, ends in it, or fits a pattern of `*` and `**`. */
function isNamed(path: string, rule: string): boolean {
  const parts = rule.split(/(\*\*\/|\*\*|\*|\?)/).map((part) =>
    WILD[part] ?? part.replace(/[.+^${}()|[\]\\]/g, "\\$&")
  );
  return new RegExp(`(^|/)${parts.join("").replace(/^\//, "")}$`).test(path.replaceAll("\\", "/"));
}

const WILD: Record<string, string> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
