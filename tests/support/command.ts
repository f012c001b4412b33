import { taskFlags } from "./flags.ts";

/** A command that ran to its end. */
export interface Done {
  code: number;
  out: string;
  err: string;
  /** Its JSON lines. */
  events: { event: string; exitCode?: number; [name: string]: unknown }[];
}

/** A command that is running. */
export interface RunningCommand {
  child: Deno.ChildProcess;
  /** What it has written so far. */
  out(): string;
  ended: Promise<Done>;
}

/** Starts `deno task sync …` as a process of its own. */
export function startCommand(args: string[], env: Record<string, string>): RunningCommand {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...taskFlags("sync", env), "cli/main.ts", ...args],
    cwd: new URL("../../", import.meta.url).pathname,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH")!,
      HOME: Deno.env.get("HOME")!,
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      USER: "ada",
      ...(Deno.env.has("DENO_DIR") ? { DENO_DIR: Deno.env.get("DENO_DIR")! } : {}),
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let out = "";
  const keep = async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) out += text;
  };
  const ended = Promise.all([child.status, keep(), new Response(child.stderr).text()]).then(([{ code }, , err]) => ({
    code,
    out,
    err,
    events: out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)),
  }));
  return { child, out: () => out, ended };
}
