import assert from "node:assert/strict";
import type { AlertMessage } from "../lib/sync/alerts/document.ts";
import { startHook, startMailbox } from "../lib/sync/alerts/testing.ts";
import { signIn, startApp } from "./support/app.ts";
import { until } from "./support/engine.ts";

Deno.test("The program, with the permissions of production, tells a failed run by webhook and mail", async () => {
  await using hook = startHook();
  await using mailbox = startMailbox("ann", "secret of the mail");
  await using app = await startApp({
    env: {
      NETSUITE_CONSUMER_SECRET: "not the secret of this account",
      ALERT_WEBHOOK_URL: hook.url,
      ALERT_WEBHOOK_SECRET: "a secret of the webhook",
      SMTP_URL: `smtp://ann:secret%20of%20the%20mail@127.0.0.1:${mailbox.port}`,
      MAIL_FROM: "Tidemark <tidemark@example.com>",
      ALERT_MAIL_TO: "ops@example.com",
      DENO_CRON_TEST_SCHEDULE_OFFSET: "500", // every cron each half second
    },
  });
  const headers = {
    "Content-Type": "application/json",
    Cookie: await signIn(app),
    Origin: app.url,
  };
  const asked = await fetch(`${app.url}/api/v1/sync/runs`, { method: "POST", headers, body: '{"kind":"full"}' });
  assert.equal(asked.status, 202, await asked.clone().text());
  const { id } = await asked.json();
  await until(
    "both are told",
    60_000,
    () => Promise.resolve(hook.calls.length > 0 && mailbox.mails.length > 0 || null),
  );
  const message = JSON.parse(hook.calls[0]!.body) as AlertMessage;
  assert.deepEqual([message.event, message.title, message.runId], [
    "opened",
    "Full runs fail",
    id,
  ]);
  assert.match(mailbox.mails[0]!.text, /^Subject: \[Tidemark .*\] Full runs fail$/m);
  const alerts = await (await fetch(`${app.url}/api/v1/sync/alerts`, { headers })).json();
  assert.deepEqual(alerts.alerts.map(({ runId }: { runId: number }) => runId), [id]);
  assert.ok(!app.process.printed().includes("secret of the"));
});
