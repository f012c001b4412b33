import assert from "node:assert/strict";
import { runEnded, until } from "./support/engine.ts";
import { signIn, startApp } from "./support/app.ts";

const CANARY = "c0ffee".repeat(10) + "beef";

Deno.test("A wrong consumer secret: the run fails, the page says what to check, and no secret is told", async () => {
  await using app = await startApp({ env: { NETSUITE_CONSUMER_SECRET: CANARY, LOG_LEVEL: "debug" } });
  const cookie = await signIn(app);
  const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: cookie, Origin: app.url },
    body: JSON.stringify({ kind: "full" }),
  });
  assert.equal(asked.status, 202, await asked.clone().text());
  const { id } = await asked.json();
  const api = {
    run: async (run: number) =>
      await (await fetch(`${app.url}/api/v1/sync/runs/${run}`, { headers: { Cookie: cookie } })).json(),
  };
  const run = await runEnded(api, id, 30_000);
  assert.equal(run.status, "failed");
  assert.equal(run.error!.code, "upstream_login");
  const chunks = await app.store.collection("sync_chunks").find({ runId: id }).toArray();
  assert.deepEqual(
    chunks.map(({ kind, error }) => [kind, error.code]),
    [["plan", "upstream_login"]],
    "and so says its chunk",
  );

  const page = await (await fetch(`${app.url}/sync`, { headers: { Cookie: cookie } })).text();
  assert.match(page, /NetSuite refused our sign-in/);
  assert.match(page, /NETSUITE_CONSUMER_SECRET/, "the advice names what to compare");
  const logged = await until(
    "the failure is in the log",
    5_000,
    () => Promise.resolve(app.process.printed().includes("upstream_login") ? app.process.printed() : null),
  );
  const stored = JSON.stringify(
    await Promise.all(
      ["sync_runs", "sync_chunks", "sync_state", "audit"].map((name) => app.store.collection(name).find().toArray()),
    ),
  );
  const secrets = [
    CANARY,
    app.env.NETSUITE_TOKEN_SECRET!,
    app.env.NETSUITE_TOKEN_ID!,
    app.env.APP_SECRET!,
    app.admin.password,
  ];
  for (const secret of secrets) {
    for (const [where, text] of Object.entries({ page, logged, stored, answer: JSON.stringify(run) })) {
      assert.ok(!text.includes(secret), `a secret stands in the ${where}`);
    }
  }
  assert.ok(!/oauth_signature=/.test(logged), "a signature stands in the log");
  const tries = app.netsuite.audit.refused.length;
  assert.ok(tries >= 1 && tries < 5, `${tries} refused sign-ins: five lock the account`);
});
