/** The integration's secrets: made once and kept with the data, or random for an account in memory. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Credentials } from "./oauth1.ts";

const secret = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex characters");
const Stored = z.strictObject({
  accountId: z.string().regex(/^[A-Z0-9]+(_[A-Z0-9]+)?$/),
  consumerKey: secret,
  consumerSecret: secret,
  tokenId: secret,
  tokenSecret: secret,
});

const DEFAULT_ACCOUNT = "1234567_SB1";

/**
 * @param file JSON file to keep them in; absent: they live as long as the process
 * @param accountId upper-case, underscore before a suffix; a kept file with another one is refused
 * @throws {TypeError} when the file or the account id is malformed
 */
export function openCredentials(file: string | undefined, accountId?: string): Credentials {
  const hex = () => randomBytes(32).toString("hex");
  const kept = file === undefined ? null : readKept(file);
  if (kept && accountId !== undefined && kept.accountId !== accountId) {
    throw new TypeError(`Cannot use ${file} for the account ${accountId}: it belongs to ${kept.accountId}`);
  }
  const made = kept ??
    {
      accountId: accountId ?? DEFAULT_ACCOUNT,
      consumerKey: hex(),
      consumerSecret: hex(),
      tokenId: hex(),
      tokenSecret: hex(),
    };
  const read = Stored.safeParse(made);
  if (!read.success) {
    const wrong = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new TypeError(`Cannot use the credentials${file ? ` in ${file}` : ""}: ${wrong}`);
  }
  if (file !== undefined && !kept) Deno.writeTextFileSync(file, JSON.stringify(made, null, 2) + "\n", { mode: 0o600 });
  return read.data;
}

function readKept(file: string): Credentials | null {
  try {
    return JSON.parse(Deno.readTextFileSync(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new TypeError(`Cannot read the credentials in ${file}`, { cause: error });
  }
}
