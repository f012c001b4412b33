import type { SettingFault } from "./config_login.ts";

/** Settings that are secrets, or hold one: each may be told as `NAME_FILE`, the path of a file that has it. */
export const FROM_FILES: readonly string[] = [
  "APP_SECRET",
  "APP_SECRET_OLD",
  "ADMIN_PASSWORD",
  "MONGODB_URI",
  "METRICS_TOKEN",
  "NETSUITE_PRIVATE_KEY",
  "NETSUITE_PRIVATE_KEY_2",
  "NETSUITE_CONSUMER_KEY",
  "NETSUITE_CONSUMER_SECRET",
  "NETSUITE_TOKEN_ID",
  "NETSUITE_TOKEN_SECRET",
  "OIDC_CLIENT_SECRET",
  "SMTP_URL",
  "ALERT_WEBHOOK_URL",
  "ALERT_WEBHOOK_SECRET",
];

type Env = Record<string, string | undefined>;

/**
 * Puts the secrets of files among the settings, as vaults, Docker, Kubernetes and systemd hand them over: one a file, without the
 * line break that an editor adds at its end.
 *
 * @returns the settings with them, and what could not be read; never what stands in a file
 */
export function withFiles(env: Env): { env: Env; faults: SettingFault[] } {
  const faults: SettingFault[] = [], read: Env = { ...env };
  for (const name of FROM_FILES) {
    const own = `${name}_FILE`, path = env[own]?.trim();
    if (!path) continue;
    if (env[name]) {
      faults.push({ name: own, says: `and ${name} are both set: give one of them` });
      continue;
    }
    const text = readFile(path);
    if (text === null) {
      faults.push({
        name: own,
        says: "cannot be read: it must be a file below the program's folder, /run/secrets or /run/credentials",
      });
    } else if (text === "") faults.push({ name: own, says: "is an empty file" });
    else read[name] = text;
  }
  return { env: read, faults };
}

/** The text of a file; null where it is not there or may not be read. Asked first, so that Deno does not stop with a question. */
function readFile(path: string): string | null {
  try {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return null;
    return Deno.readTextFileSync(path).replace(/\r?\n$/, "");
  } catch {
    return null;
  }
}
