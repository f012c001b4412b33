import { actAs } from "../lib/access/actor.ts";
import { readConfig } from "../lib/config.ts";
import { AppError, messageOf } from "../lib/errors.ts";
import { startLog } from "../lib/log.ts";
import { aligned, helpOf, nearest, readArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { openEngine } from "./engine.ts";
import { EXIT, type ExitCode, exitOfError, UsageError } from "./exit.ts";
import { listenForInterrupts } from "./interrupt.ts";
import { jsonOutput, type Terminal, textOutput } from "./output.ts";
import { REPLAY } from "./quarantine.ts";
import { REBUILD } from "./rebuild.ts";
import { RUN_COMMANDS } from "./runs.ts";
import { SCHEDULES } from "./schedules.ts";
import { CHECK, STATUS } from "./state.ts";
import { STEER_COMMANDS } from "./steer.ts";

const COMMANDS: readonly Command[] = [...RUN_COMMANDS, ...STEER_COMMANDS, REPLAY, CHECK, STATUS, SCHEDULES, REBUILD];

/**
 * `deno task sync …`: the sync from a command line, on the same ledger as the pages.
 *
 * @param args what stands after `deno task sync`
 * @returns what the program ends with
 */
export async function main(
  args: readonly string[],
  env: Record<string, string>,
  terminal: Terminal,
): Promise<ExitCode> {
  const isJson = args.includes("--json");
  const output = isJson ? jsonOutput(terminal) : textOutput(terminal);
  try {
    const [name, ...rest] = args;
    if (name === undefined || ["help", "--help", "-h"].includes(name)) {
      terminal.out(`${overview()}\n`);
      return name === undefined ? EXIT.usage : EXIT.complete;
    }
    const command = commandNamed(name);
    const given = readArguments(command.syntax, rest);
    if (given.has("help")) {
      terminal.out(`${helpOf(command.syntax)}\n`);
      return EXIT.complete;
    }
    command.check?.(given);
    const config = readConfig(env);
    await startLog(env.LOG_LEVEL ? config.logLevel : "error", env.LOG_FORMAT ? config.logFormat : "text", "stderr");
    using interrupt = listenForInterrupts(() => {
      output.result(EXIT.interrupted, {}, null);
      Deno.exit(EXIT.interrupted);
    });
    const engine = await openEngine(config);
    try {
      const by = `${env.USER || env.USERNAME || "someone"} (command)`;
      const actor = { kind: "system", id: null, name: by, address: null } as const;
      return await actAs(actor, () => command.run({ engine, given, output, terminal, interrupt, by }));
    } finally {
      await engine.close();
    }
  } catch (error) {
    const code = exitOfError(error);
    if (!(error instanceof AppError) && code === EXIT.failed) {
      terminal.err(`${error instanceof Error ? error.stack : error}\n`);
    } else if (!isJson) terminal.err(`${messageOf(error)}\n`);
    const fault = { code: error instanceof AppError ? error.code : "bug", message: messageOf(error) };
    output.result(code, { error: fault }, null);
    return code;
  }
}

function commandNamed(name: string): Command {
  const found = COMMANDS.find(({ syntax }) => syntax.name === name);
  if (found) return found;
  const known = COMMANDS.map(({ syntax }) => syntax.name), near = nearest(name, known);
  throw new UsageError(
    `There is no command "${name}"${near ? `; did you mean ${near}?` : `: there are ${known.join(", ")}`}`,
  );
}

function overview(): string {
  return [
    "The sync from a command line. Every run stands in the same ledger as those of the pages.",
    "",
    "  deno task sync COMMAND [options]",
    "",
    ...aligned(COMMANDS.map(({ syntax }) => [syntax.name, syntax.summary] as const)),
    "",
    "deno task sync COMMAND --help says more. It ends with 0 complete, 1 failed, 2 wrong command or settings,",
    "3 incomplete, 4 paused or cancelled, 5 MongoDB or NetSuite not reachable, 130 interrupted.",
  ].join("\n");
}

function realTerminal(): Terminal {
  const encoder = new TextEncoder();
  const write = (stream: { writeSync(bytes: Uint8Array): number }, text: string) => {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  };
  const isLive = Deno.stdout.isTerminal();
  return {
    out: (text) => write(Deno.stdout, text),
    err: (text) => write(Deno.stderr, text),
    isLive,
    hasColour: isLive && !Deno.noColor,
    width: () => Deno.consoleSize().columns,
    confirm: (question) => Deno.stdin.isTerminal() && confirm(question),
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args, Deno.env.toObject(), realTerminal()));
