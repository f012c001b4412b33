import type { Given, Syntax } from "./arguments.ts";
import type { Engine } from "./engine.ts";
import type { ExitCode } from "./exit.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Output, Terminal } from "./output.ts";

/** What a command has at hand. */
export interface CommandParts {
  engine: Engine;
  given: Given;
  output: Output;
  terminal: Terminal;
  interrupt: Interrupt;
  /** Who asks, as the ledger and the pages name them. */
  by: string;
}

/** One command of `deno task sync`. */
export interface Command {
  syntax: Syntax;
  /** Looks at the arguments before anything is opened. @throws {UsageError} */
  check?(given: Given): void;
  /** @returns what the program ends with */
  run(parts: CommandParts): Promise<ExitCode>;
}
