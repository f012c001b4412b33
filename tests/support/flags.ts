import { allowedHosts } from "../../cli/hosts.ts";
import type { Program } from "../../lib/hosts.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * The flags of `deno task app`, `sync`, `audit` or `secrets`, read from the tasks themselves, so that tests run with the very permissions of
 * production: the hosts too, which the task asks `cli/hosts.ts` for.
 *
 * @param env the settings that the process will get
 */
export function taskFlags(program: Program, env: Record<string, string>): string[] {
  const { command } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).tasks[program];
  const [, before, asked, after] = /^deno (.*)"--allow-net=\$\((.*?)\)" (.*) \S+$/.exec(command) ?? [];
  if (!asked?.endsWith(` cli/hosts.ts ${program}`)) throw new Error(`deno task ${program} does not ask for its hosts`);
  return [...`${before}${after}`.split(" "), `--allow-net=${allowedHosts(program, env)}`]
    .filter((flag) => !flag.startsWith("--env-file"));
}
