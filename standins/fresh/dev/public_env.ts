import type { Plugin } from "esbuild";
import { extname } from "node:path";

/**
 * The variables that islands may read: `FRESH_PUBLIC_*`, and `NODE_ENV`, which packages ask for. Reading any other in the
 * browser gives undefined.
 */
export function publicEnv(env: Record<string, string>, mode: string): Record<string, string> {
  const names = Object.keys(env).filter((name) => name.startsWith("FRESH_PUBLIC_")).sort();
  return { ...Object.fromEntries(names.map((name) => [name, env[name] ?? ""])), NODE_ENV: mode };
}

const READ = /\bDeno\.env\.get\(\s*(["'`])(\w+)\1\s*\)/g;
const LOADERS: Record<string, "ts" | "tsx" | "js" | "jsx"> = {
  ".ts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".jsx": "jsx",
};

/** Puts the values of variables where the project's modules read them with `Deno.env.get("…")`. */
export function publicEnvPlugin(root: string, env: Record<string, string>): Plugin {
  return {
    name: "public-env",
    setup(build) {
      // Each call from esbuild to here costs time, so the expression leaves out node_modules. It knows no look-ahead.
      const escaped = root.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const filter = new RegExp(`^${escaped}/([^n]|n([^o]|o([^d]|d([^e]|e[^_])))).*\\.[jt]sx?$`);
      build.onLoad({ filter }, async ({ path }) => {
        const text = await Deno.readTextFile(path);
        if (!text.includes("Deno.env.get")) return undefined;
        const contents = text.replace(READ, (_all, _quote, name: string) => {
          const value = env[name];
          return value === undefined ? "undefined" : JSON.stringify(value);
        });
        return { contents, loader: LOADERS[extname(path)] ?? "tsx" };
      });
    },
  };
}
