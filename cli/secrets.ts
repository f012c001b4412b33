import { parseArgs } from "node:util";
import { openAudit } from "../lib/access/audit.ts";
import { type FieldRotation, rotateSecrets } from "../lib/access/rotate.ts";
import { secretsOf } from "../lib/access/secrets.ts";
import { oldSecrets, readConfig } from "../lib/config.ts";
import { messageOf } from "../lib/errors.ts";
import { openStore } from "../lib/store/connect.ts";
import { EXIT, type ExitCode, exitOfError, UsageError } from "./exit.ts";

const USAGE = "Usage: deno task secrets rotate [--dry-run]\n" +
  "Brings what is sealed under APP_SECRET_OLD under APP_SECRET. Can be stopped and run again.";

/** The lines that tell what was done. */
export function tell(rotations: readonly FieldRotation[], isDry: boolean): string {
  const sum = (count: "resealed" | "present" | "overtaken" | "unopened") =>
    rotations.reduce((all, one) => all + one[count], 0);
  const lines = rotations.map(({ collection, path, resealed, present, overtaken, unopened }) => {
    const also = [
      ...overtaken > 0 ? [`${overtaken} changed meanwhile`] : [],
      ...unopened > 0 ? [`${unopened} open with neither secret`] : [],
    ];
    const did = isDry ? "to reseal" : "resealed";
    return `  ${collection}.${path}: ${
      [`${resealed} ${did}`, `${present} already under APP_SECRET`, ...also].join(", ")
    }`;
  });
  const end = sum("unopened") > 0
    ? "Some open with neither secret: set APP_SECRET_OLD to the one that sealed them. They are left as they are."
    : isDry && sum("resealed") > 0
    ? "Nothing was written: this was a dry run."
    : sum("resealed") + sum("present") + sum("overtaken") === 0
    ? "Nothing is sealed."
    : "Everything is under APP_SECRET: APP_SECRET_OLD can be removed once every process runs with the new one.";
  return [...lines, end].join("\n");
}

/** Reseals. @returns the exit code: 0 done, 1 some do not open, 2 asked wrongly, 5 the database is away */
export async function main(args: string[]): Promise<ExitCode> {
  const isDry = asked(args);
  const config = readConfig();
  const store = await openStore(config.mongoUri, { appName: "tidemark-secrets" });
  try {
    const rotations = await rotateSecrets(store, secretsOf(config.appSecret, config.appSecretOld), isDry);
    const resealed = rotations.reduce((all, one) => all + one.resealed, 0);
    if (!isDry && resealed > 0) {
      const audit = await openAudit(store, config.appSecret, undefined, oldSecrets(config));
      await audit.write({ action: "secrets.rotated", details: { resealed } });
    }
    console.log(tell(rotations, isDry));
    return rotations.some(({ unopened }) => unopened > 0) ? EXIT.failed : EXIT.complete;
  } finally {
    await store.close();
  }
}

function asked(args: string[]): boolean {
  try {
    const options = { "dry-run": { type: "boolean", default: false } } as const;
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options });
    if (positionals.length === 1 && positionals[0] === "rotate") return values["dry-run"];
  } catch {
    // told below
  }
  throw new UsageError(USAGE);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(messageOf(error));
    Deno.exit(exitOfError(error));
  }
}
