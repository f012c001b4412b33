import type { Plugin } from "esbuild";
import { extname } from "node:path";

const READ = /\bDeno\.env\.get\(\s*(["'`])(\w+)\1\s*\)|\bprocess\.env\.(FRESH_PUBLIC_\w+)\b/g;
const LOADERS: Record<string, "ts" | "tsx" | "js" | "jsx"> = {
  ".ts": "ts",
  ".tsx": "tsx",
  ".mts": "ts",
  ".js": "js",
  ".jsx": "jsx",
  ".mjs": "js",
};

/**
 * Puts the values of `FRESH_PUBLIC_*` variables in the place where islands read them. No other variable reaches the
 * browser: reading one gives undefined.
 */
export function publicEnvPlugin(env: (name: string) => string | undefined = (name) => Deno.env.get(name)): Plugin {
  return {
    name: "public-env",
    setup(build) {
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, async ({ path }) => {
        const loader = LOADERS[extname(path)];
        if (loader === undefined || /[\\/]node_modules[\\/]/.test(path)) return undefined;
        const text = await Deno.readTextFile(path);
        if (!/Deno\.env\.get|FRESH_PUBLIC_/.test(text)) return undefined;
        const contents = text.replace(
          READ,
          (_all, _quote, inGet: string | undefined, inProcess: string | undefined) => {
            const name = inGet ?? inProcess ?? "";
            const value = name.startsWith("FRESH_PUBLIC_") ? env(name) : undefined;
            return value === undefined ? "undefined" : JSON.stringify(value);
          },
        );
        return { contents, loader };
      });
    },
  };
}
