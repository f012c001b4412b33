import { parseArgs } from "node:util";
import { openAudit } from "../lib/access/audit.ts";
import type { AuditVerdict } from "../lib/access/audit_verify.ts";
import { oldSecrets, readConfig } from "../lib/config.ts";
import { AppError } from "../lib/errors.ts";
import { openStore } from "../lib/store/connect.ts";

const USAGE = "Usage: deno task audit verify [--head NUMBER:HASH]";

/** The sentences that a verdict is told with. */
export function tell({ isWhole, entries, head, faults }: AuditVerdict): string {
  if (isWhole) {
    return entries === 0
      ? "The audit log is empty."
      : `The audit log is whole: ${entries} entries.\nNote its head elsewhere, to find later what was cut off: ${head}`;
  }
  return [`The audit log is not whole. ${entries} entries were looked at.`, ...faults.map((one) => `  ${one}`)].join(
    "\n",
  );
}

/** Verifies the audit log. @returns the exit code: 0 whole, 1 not, 2 asked wrongly */
export async function main(args: string[]): Promise<number> {
  let head: string | undefined;
  try {
    const read = parseArgs({ args, allowPositionals: true, options: { head: { type: "string" } } });
    if (read.positionals.length !== 1 || read.positionals[0] !== "verify") throw new TypeError(USAGE);
    head = read.values.head;
  } catch {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig();
  const store = await openStore(config.mongoUri, { appName: "tidemark-audit" });
  try {
    const audit = await openAudit(store, config.appSecret, undefined, oldSecrets(config));
    const verdict = await audit.verify(head);
    console.log(tell(verdict));
    return verdict.isWhole ? 0 : 1;
  } finally {
    await store.close();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
