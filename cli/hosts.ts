import { getServers } from "node:dns";
import { readConfig } from "../lib/config.ts";
import { AppError } from "../lib/errors.ts";
import { hostsOf, type Program, PROGRAMS } from "../lib/hosts.ts";

/** Stands for the hosts while a setting is wrong: the program itself then starts, says which, and reaches nothing. */
const NOWHERE = "settings.invalid";

/**
 * What `--allow-net` gets: the hosts that a program needs with these settings, with commas between them.
 *
 * @param nameServers the system's, asked for only where they matter
 */
export function allowedHosts(
  program: Program,
  env: Record<string, string | undefined>,
  nameServers: () => string[] = getServers,
): string {
  try {
    const config = readConfig(env);
    const hosts = hostsOf(config, program, config.mongoUri.startsWith("mongodb+srv:") ? nameServers() : []);
    return [...new Set(hosts.map(({ host }) => host))].join(",");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return NOWHERE;
  }
}

if (import.meta.main) {
  const program = PROGRAMS.find((name) => name === Deno.args[0]);
  if (!program) {
    console.error(`Usage: deno task hosts ${PROGRAMS.join("|")}`);
    Deno.exit(2);
  }
  console.log(allowedHosts(program, Deno.env.toObject()));
}
