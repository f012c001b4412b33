import assert from "node:assert/strict";
import { readConfig } from "./config.ts";
import { AppError } from "./errors.ts";

const GOOD = {
  APP_SECRET: "s".repeat(32),
  MONGODB_URI: "mongodb://127.0.0.1:27017/tidemark",
  NETSUITE_ACCOUNT_ID: "1234567_SB1",
  NETSUITE_CONSUMER_KEY: "ck",
  NETSUITE_CONSUMER_SECRET: "canary-consumer-secret",
  NETSUITE_TOKEN_ID: "tk",
  NETSUITE_TOKEN_SECRET: "canary-token-secret",
};

function faultsOf(env: Record<string, string | undefined>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "bad_config", String(error));
    return error.message;
  }
  throw new Error("the settings were taken");
}

Deno.test("readConfig gives usual values to what is not told", () => {
  const config = readConfig({ ...GOOD, PORT: "" });
  assert.equal(config.port, 8000);
  assert.equal(config.sync.overlapMs, 300_000);
  assert.equal(config.netsuite.baseUrl, null);
  assert.equal(config.adminEmail, null);
});

Deno.test("readConfig names every wrong and missing setting at once, and no value", () => {
  const said = faultsOf({
    ...GOOD,
    MONGODB_URI: "canary-uri",
    NETSUITE_TOKEN_SECRET: "",
    PORT: "canary-port",
    TIME_ZONE: "canary/zone",
    SYNC_CRON: "true",
  });
  for (const name of ["MONGODB_URI", "NETSUITE_TOKEN_SECRET", "PORT", "TIME_ZONE", "SYNC_CRON"]) {
    assert.ok(said.includes(name), `${name} is missing in: ${said}`);
  }
  assert.ok(!said.includes("canary"), said);
});

Deno.test("readConfig refuses settings that contradict each other", () => {
  assert.match(
    faultsOf({ ...GOOD, NETSUITE_CONCURRENCY: "2", NETSUITE_RESERVED_SLOTS: "2" }),
    /NETSUITE_RESERVED_SLOTS/,
  );
  assert.match(faultsOf({ ...GOOD, ADMIN_EMAIL: "a@example.com" }), /ADMIN_PASSWORD/);
});

Deno.test("readConfig refuses an account id that could change the host", () => {
  for (const id of ["evil.example.com/", "1234567_SB1_X", "123@evil", ""]) {
    assert.match(faultsOf({ ...GOOD, NETSUITE_ACCOUNT_ID: id }), /NETSUITE_ACCOUNT_ID/);
  }
});
