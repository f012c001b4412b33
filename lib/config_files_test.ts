import assert from "node:assert/strict";
import { allowedHosts } from "../cli/hosts.ts";
import { readConfig } from "./config.ts";
import { FROM_FILES } from "./config_files.ts";

const SETTINGS: Record<string, string> = {
  APP_SECRET: "canary-secret-".padEnd(40, "x"),
  MONGODB_URI: "mongodb+srv://ann:canary@cluster0.ab1cd.mongodb.net/tidemark",
  NETSUITE_CONSUMER_KEY: "canary key",
  NETSUITE_CONSUMER_SECRET: "canary secret",
  NETSUITE_TOKEN_ID: "canary id",
  NETSUITE_TOKEN_SECRET: "canary token",
  SMTP_URL: "smtps://ann:canary@mail.example.com",
  ALERT_WEBHOOK_URL: "https://hooks.example.com/canary",
  ALERT_WEBHOOK_SECRET: "canary-webhook-secret",
  METRICS_TOKEN: "canary-metrics-token",
};
const PLAIN = { NETSUITE_ACCOUNT_ID: "1234567", MAIL_FROM: "a@example.com" };

/** The same settings, each secret in a file of its own. */
function inFiles(dir: string, settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      Deno.writeTextFileSync(`${dir}/${name}`, `${value}\n`);
      return [`${name}_FILE`, `${dir}/${name}`];
    }),
  );
}

function said(env: Record<string, string>): string {
  try {
    readConfig(env);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test("secrets from files are the same settings; the hosts to be reached follow from them too", () => {
  const dir = Deno.makeTempDirSync();
  try {
    const files = { ...PLAIN, ...inFiles(dir, SETTINGS) };
    assert.deepEqual(readConfig(files), readConfig({ ...PLAIN, ...SETTINGS }));
    const hosts = allowedHosts("app", files, () => ["10.0.0.2"]);
    assert.equal(hosts, allowedHosts("app", { ...PLAIN, ...SETTINGS }, () => ["10.0.0.2"]));
    assert.match(hosts, /^\*\.ab1cd\.mongodb\.net,10\.0\.0\.2:53,/);
    assert.match(said({ ...files, APP_SECRET: SETTINGS.APP_SECRET! }), /APP_SECRET_FILE and APP_SECRET are both set/);
    assert.match(
      said({ ...files, APP_SECRET_FILE: `${dir}/nowhere` }),
      /APP_SECRET_FILE cannot be read: it must be a file below/,
    );
    assert.match(said({ ...files, APP_SECRET_FILE: dir }), /APP_SECRET_FILE cannot be read/);
    Deno.writeTextFileSync(`${dir}/empty`, "\n");
    const wrong = said({ ...files, METRICS_TOKEN_FILE: `${dir}/empty` });
    assert.match(wrong, /METRICS_TOKEN_FILE is an empty file/);
    assert.ok(!wrong.includes("canary"));
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("every setting that is a secret can come from a file, and each program may read where they are put", async () => {
  const example = await Deno.readTextFile(new URL("../.env.example", import.meta.url));
  const secrets = [
    ...example.matchAll(
      /^([A-Z_0-9]*(?:SECRET|PASSWORD|TOKEN|PRIVATE_KEY|CONSUMER_KEY|_URI|SMTP_URL|WEBHOOK_URL)\w*)=/gm,
    ),
  ]
    .map(([, name]) => name!);
  assert.ok(secrets.length >= 12, secrets.join());
  assert.deepEqual(
    secrets.filter((name) => !FROM_FILES.includes(name) && !/^(PASSWORD_WORDS|BREACHED_PASSWORDS)$/.test(name)),
    [],
  );
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  for (const name of ["app", "sync", "audit", "secrets", "hosts"]) {
    const reads: string[] = tasks[name].command.match(/--allow-read=\S+/g);
    for (const flag of reads) assert.equal(flag, "--allow-read=.,/run/secrets,/run/credentials", name);
  }
});
