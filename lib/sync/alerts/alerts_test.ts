import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { AlertConfig } from "../../config.ts";
import { openTestStore, type TestStore } from "../../store/testing.ts";
import { STREAMS } from "../../streams/registry.ts";
import { syncIndexes } from "../indexes.ts";
import { ledgerOf, type RunDocument } from "../ledger.ts";
import { type NoticeDocument, Notices } from "../notices.ts";
import { schedulesOf } from "../schedules/document.ts";
import { makeSchedules } from "../schedules/mod.ts";
import { type AlertMessage, alertsOf, messagesOf } from "./document.ts";
import { makeAlerts } from "./mod.ts";
import { type Hook, type Mailbox, startHook, startMailbox } from "./testing.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE;
const SECRET = "a secret of the webhook", PASSWORD = "pass:word";
const start = Date.parse("2026-11-24T10:00:00Z");

/** A house with a watch over it, a clock that tests set, and runs that end as tests say. */
function house(
  store: TestStore,
  { hook, mailbox, ...more }: { hook?: Hook; mailbox?: Mailbox } & Partial<AlertConfig> = {},
) {
  const ledger = ledgerOf(store);
  const clock = { at: start, now: () => new Date(clock.at) };
  let lastRun = 0;
  const config: AlertConfig = {
    webhook: hook ? { url: hook.url, secret: SECRET } : null,
    mail: mailbox
      ? {
        smtpUrl: `smtp://ann:${encodeURIComponent(PASSWORD)}@127.0.0.1:${mailbox.port}`,
        from: "t@x.de",
        to: ["o@x.de"],
        plaintext: true,
      }
      : null,
    staleMs: 30 * MINUTE,
    quarantineRows: 10,
    remindMs: 24 * HOUR,
    ...more,
  };
  const make = () =>
    makeAlerts({
      ...{ store, ledger, clock, config, streams: STREAMS, notices: new Notices(store, clock, STREAMS) },
      ...{ zone: "Europe/Berlin", isScheduled: true, account: "1234567", publicUrl: "https://tidemark.example.com" },
    });
  return {
    ...{ ledger, clock, make, alerts: make() },
    async runEnds(kind: RunDocument["kind"], status: RunDocument["status"], change: Partial<RunDocument> = {}) {
      await ledger.runs.insertOne({
        ...{
          _id: ++lastRun,
          kind,
          status,
          requestedBy: "schedule",
          priority: "schedule",
          isDryRun: false,
          range: null,
        },
        streams: STREAMS.map(({ name }) => name),
        ...{ createdAt: clock.now(), startedAt: clock.now(), endedAt: clock.now(), to: null, plan: 1, plans: {} },
        error: status === "complete" ? null : { code: "upstream_busy", message: "NetSuite answered 503." },
        totals: null,
        ...change,
      });
    },
    titles: async () => (await make().open()).map(({ title }) => title),
  };
}

const messagesIn = (hook: Hook) => hook.calls.map(({ body }) => JSON.parse(body) as AlertMessage);
const eventsIn = (hook: Hook) => messagesIn(hook).map(({ event, title }) => `${event} ${title}`);

Deno.test("A failed run is told once by webhook and mail, again after a day, and cleared with what it was and how long", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  await using hook = startHook();
  await using mailbox = startMailbox("ann", PASSWORD);
  const { alerts, clock, runEnds, make } = house(store, { hook, mailbox });
  await alerts.check();
  assert.equal(hook.calls.length, 0);
  await runEnds("incremental", "failed");
  for (let minute = 0; minute < 5; minute++) {
    await Promise.all([make().check(), make().check(), make().check()]);
    clock.at += MINUTE;
    await runEnds("incremental", "failed");
  }
  assert.deepEqual(eventsIn(hook), ["opened Incremental runs fail"]);
  const [{ headers, body }] = hook.calls as [typeof hook.calls[0]];
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers.get("X-Tidemark-Signature")!)!;
  const expected = createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex"); // as a receiver works it out
  assert.equal(signature, expected);
  const message = JSON.parse(body) as AlertMessage;
  assert.equal(headers.get("X-Tidemark-Delivery"), message.id);
  assert.equal(message.link, "https://tidemark.example.com/sync/runs/1");
  assert.match(
    message.text,
    /^The incremental run 1 of \S+, .* and \d+ other streams failed: NetSuite answered 503\. NetSuite may/,
  );

  clock.at += 24 * HOUR;
  await alerts.check();
  await alerts.check();
  clock.at += HOUR;
  await runEnds("incremental", "complete");
  await Promise.all([make().check(), make().check()]);
  await alerts.check();
  assert.deepEqual(eventsIn(hook), [
    "opened Incremental runs fail",
    "reminder Incremental runs fail",
    "cleared Incremental runs fail",
  ]);
  const last = messagesIn(hook).at(-1)!;
  assert.deepEqual([last.since, last.endedAt, last.seconds], [
    "2026-11-24T10:00:00.000Z",
    "2026-11-25T11:05:00.000Z",
    25 * 3600 + 300,
  ]);
  assert.deepEqual(mailbox.mails.map(({ text }) => /^Subject: (.*)$/m.exec(text)![1]), [
    "[Tidemark 1234567] Incremental runs fail",
    "[Tidemark 1234567] Still: Incremental runs fail",
    "[Tidemark 1234567] All clear: Incremental runs fail",
  ]);
  const mail = mailbox.mails.at(-1)!;
  assert.match(mail.text, /well again since 2026-11-25 12:05 \(Europe\/Berlin\)/);
  assert.match(mail.text, /What it was, for 1 d 1 h: Incremental runs fail\./);
  assert.deepEqual(mail.to, ["<o@x.de>"]);
});

Deno.test("What cannot be sent is tried again, in order, and nothing of a secret stands in the fault", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  await using hook = startHook();
  await using elsewhere = startHook();
  await using mailbox = startMailbox("ann", PASSWORD);
  const { alerts, clock, runEnds } = house(store, { hook, mailbox });
  mailbox.isFull = true;
  const answers = [new Response(null, { status: 500 }), Response.redirect(elsewhere.url, 307)];
  hook.answer = () => answers.shift() ?? new Response("ok");
  await runEnds("incremental", "failed");
  await alerts.check();
  await alerts.check();
  assert.equal(hook.calls.length, 1, "not again before its time");
  const faults = async () =>
    (await messagesOf(store).find({ state: "waiting" }).sort({ _id: 1 }).toArray()).map((one) => one.error);
  const host = new URL(hook.url).host;
  const [first, second] = await faults();
  assert.match(first!, /^The mail server did not take the mail: .*452 try later/);
  assert.equal(second, `The webhook at ${host} did not take the message: it answers 500`);
  clock.at += MINUTE;
  await runEnds("incremental", "complete");
  await alerts.check();
  const waiting = (await faults()).filter((fault) => fault?.includes("webhook"));
  assert.deepEqual(waiting, [
    `The webhook at ${host} did not take the message: it answers 307 and points elsewhere. Give the final address`,
  ]);
  mailbox.isFull = false;
  for (let n = 0; n < 6; n++) {
    clock.at += 5 * MINUTE;
    await alerts.check();
  }
  const told = ["opened", "cleared"];
  assert.deepEqual(messagesIn(hook).slice(2).map(({ event }) => event), told);
  assert.deepEqual(mailbox.mails.map(({ text }) => text.includes("All clear") ? "cleared" : "opened"), told);
  assert.equal(elsewhere.calls.length, 0);
});

Deno.test("A webhook that is not there and a wrong password: faults without address and password; given up after a day", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const hook = startHook();
  await hook[Symbol.asyncDispose]();
  await using mailbox = startMailbox("ann", "another");
  const { alerts, clock, runEnds } = house(store, { hook, mailbox });
  await runEnds("full", "failed");
  await alerts.check();
  const found = await messagesOf(store).find({}).toArray();
  for (const { error } of found) {
    assert.ok(error, "it has failed");
    for (const secret of ["secret-path", PASSWORD, btoa(`\0ann\0${PASSWORD}`)]) {
      assert.ok(!error.includes(secret), error);
    }
  }
  for (let n = 0; n < 50; n++) {
    clock.at += HOUR;
    await alerts.check();
  }
  const states = await messagesOf(store).find({ "message.event": "opened" }).toArray();
  assert.deepEqual(states.map(({ state }) => state), ["given_up", "given_up"]);
});

Deno.test("What a process had no time to say before it died is said by the next one, once", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  await using hook = startHook();
  const { make, clock, runEnds, ledger } = house(store, { hook });
  await runEnds("proof", "failed");
  const dying: TestStore = {
    ...store,
    collection: (name) => name === "sync_alert_messages" ? assert.fail("killed") : store.collection(name),
  };
  const { alerts } = house(dying, { hook });
  await alerts.check();
  assert.equal(await alertsOf(store).countDocuments({ untold: true }), 1);
  clock.at += MINUTE;
  await ledger.runs.updateMany({}, { $set: { status: "complete", error: null } });
  await make().check();
  await make().check();
  assert.deepEqual(eventsIn(hook), ["opened Proofs fail", "cleared Proofs fail"]);
});

Deno.test("A proof that differs is one alert with the streams by name, and clears by a later proof, not by other runs", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { alerts, clock, runEnds, ledger, titles } = house(store);
  await runEnds("full", "incomplete", { error: { code: "proof_failed", message: "2 records of items differ." } });
  await ledger.proofs.insertOne({
    ...{ _id: "1.items", stream: "items", runId: 1, at: clock.now(), upTo: clock.now(), outcome: "differs" },
    ...{ rows: 10, buckets: 1, looked: 1, repaired: 0, later: 0, differing: 2 },
  });
  await alerts.check();
  const [view] = await alerts.open();
  assert.deepEqual([view!.kind, view!.runId], ["proof_differs", 1]);
  assert.match(view!.text, /2 in items\. 2 records of items differ\./);
  clock.at += MINUTE;
  await runEnds("incremental", "complete");
  await alerts.check();
  assert.deepEqual(await titles(), ["The mirror differs from NetSuite"]);
  clock.at += MINUTE;
  await runEnds("proof", "complete", { streams: ["customers"] });
  await alerts.check();
  assert.equal((await titles()).length, 1, "of another stream");
  await runEnds("proof", "complete");
  clock.at += MINUTE;
  await alerts.check();
  assert.deepEqual(await titles(), []);
});

Deno.test("Failed is told from incomplete; cancelled runs and dry runs are no problem; a full run shows all to be well", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { alerts, clock, runEnds, titles } = house(store);
  await runEnds("incremental", "cancelled");
  await runEnds("full", "failed", { isDryRun: true });
  await alerts.check();
  assert.deepEqual(await titles(), []);
  await runEnds("backfill", "failed");
  await runEnds("proof", "incomplete");
  await alerts.check();
  assert.deepEqual((await titles()).sort(), ["Backfills fail", "Proofs are incomplete"]);
  clock.at += MINUTE;
  await runEnds("full", "complete");
  await alerts.check();
  assert.deepEqual(await titles(), []);
});

Deno.test("A stream is stale when its schedule should have brought it level, so not in quiet hours", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { alerts, clock, ledger, titles } = house(store);
  const { desk } = makeSchedules({
    ...{ store, ledger, streams: STREAMS, clock, everyMs: MINUTE, zone: "Europe/Berlin" },
    request: () => Promise.reject(new Error("no tick here")),
  });
  await desk.list();
  const level = (at: number) =>
    ledger.states.bulkWrite(STREAMS.map(({ name: _id }) => ({
      updateOne: { filter: { _id }, update: { $set: { watermark: new Date(at), fence: 0 } }, upsert: true },
    })));
  await level(clock.at);
  clock.at += 30 * MINUTE;
  await alerts.check();
  assert.deepEqual(await titles(), []);
  clock.at += MINUTE;
  await alerts.check();
  assert.deepEqual(await titles(), [`${STREAMS.length} streams are behind NetSuite`]);
  const text = (await alerts.open())[0]!.text;
  assert.match(text, /since 2026-11-24 11:00 \(Europe\/Berlin\) is not in the mirror yet/);
  await level(clock.at);
  clock.at += MINUTE;
  await alerts.check();
  assert.deepEqual(await titles(), []);

  // the incremental schedule goes by UTC, and half past five is half an hour after its quiet hours
  await schedulesOf(store).updateOne({ _id: "incremental" }, { $set: { quiet: { from: "10:30", to: "17:00" } } });
  clock.at = Date.parse("2026-11-24T17:29:00Z");
  await alerts.check();
  assert.deepEqual(await titles(), []);
  clock.at += MINUTE;
  await alerts.check();
  assert.equal((await titles()).length, 1);
});

Deno.test("Quarantine that grows is a problem until a day has passed or the rows are mended", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { alerts, clock, titles } = house(store);
  const rows = store.collection("quarantine");
  const refuse = (count: number, stream: string) =>
    rows.insertMany(
      Array.from({ length: count }, (_, n) => ({ _id: `${stream}/${n}` as never, stream, firstSeenAt: clock.now() })),
    );
  await refuse(9, "items");
  await alerts.check();
  assert.deepEqual(await titles(), []);
  await refuse(3, "customers");
  await alerts.check();
  const text = (await alerts.open())[0]!.text;
  assert.match(text, /^12 rows were refused in the last 24 hours: 9 of items, 3 of customers\./);
  clock.at += 25 * HOUR;
  await alerts.check();
  assert.deepEqual(await titles(), []);
});

Deno.test("A table that NetSuite does not show any more leaves its stream stale for a week; one that it never had is no problem", async () => {
  for (const [wasThere, days, expected] of [[true, 1, 1], [true, 8, 0], [false, 1, 0]] as const) {
    await using store = await openTestStore(syncIndexes(STREAMS));
    const { alerts, clock, ledger, titles } = house(store);
    const gap = { table: "customer", column: null, said: "gone", firstSeenAt: clock.now(), missingSince: clock.now() };
    await store.collection<NoticeDocument>("sync_notices").insertOne({
      ...{ _id: "customer", ...gap, wasThere, lastSeenAt: clock.now(), backAt: null },
      retryAt: new Date(clock.at + 9 * 24 * HOUR),
    });
    await ledger.states.insertOne({ _id: "customers", watermark: clock.now(), fence: 0 } as never);
    clock.at += days * 24 * HOUR;
    await alerts.check();
    assert.equal((await titles()).length, expected, `${wasThere} after ${days} days`);
  }
});

Deno.test("A test message goes out at once on every channel, says what became of it, and is not asked for too often", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  await using hook = startHook();
  await using mailbox = startMailbox("ann", PASSWORD);
  const { alerts, clock } = house(store, { hook, mailbox });
  assert.deepEqual((await alerts.channels()).map(({ channel, to, sentAt }) => [channel, to, sentAt]), [
    ["webhook", [new URL(hook.url).host], null],
    ["mail", ["o@x.de"], null],
  ]);
  const both = [{ channel: "webhook", error: null }, { channel: "mail", error: null }];
  assert.deepEqual(await alerts.test("Ada Roe"), both);
  const [{ body }] = hook.calls as [typeof hook.calls[0]];
  const message = JSON.parse(body) as AlertMessage;
  assert.deepEqual([message.event, message.kind, message.link], [
    "test",
    "test",
    "https://tidemark.example.com/sync/alerts",
  ]);
  assert.match(mailbox.mails[0]!.text, /^Subject: \[Tidemark 1234567\] Test message$/m);
  assert.match(mailbox.mails[0]!.text, /Ada Roe wanted to see/);
  await assert.rejects(alerts.test("Ada Roe"), { code: "tested_just_now" });

  clock.at += MINUTE;
  hook.answer = () => new Response(null, { status: 500 });
  const [lost, sent] = await alerts.test("Ada Roe");
  assert.match(lost!.error!, /answers 500/);
  assert.equal(sent!.error, null);
  const [webhook, mail] = await alerts.channels();
  assert.equal(webhook!.sentAt, new Date(start).toISOString());
  assert.equal(webhook!.givenUp, 1);
  assert.match(webhook!.lastGivenUp!.error, /answers 500/);
  assert.equal(mail!.givenUp, 0);
  assert.ok(!JSON.stringify(webhook).includes("secret-path"), "a webhook's path is its secret");
  await alerts.check();
  assert.equal(hook.calls.length, 2, "a test is not tried again");
  await assert.rejects(house(store).make().test("Ada Roe"), { code: "no_channel" });
  assert.deepEqual(await house(store).make().channels(), []);
});

Deno.test("What failed to be sent shows with its channel, and what is over with how long it lasted, newest first", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  await using hook = startHook();
  const { alerts, clock, runEnds } = house(store, { hook });
  hook.answer = () => new Response(null, { status: 503 });
  await runEnds("incremental", "failed");
  await alerts.check();
  const [failing] = await alerts.channels();
  assert.match(failing!.failing!.error, /answers 503/);
  assert.deepEqual([failing!.failing!.attempts, failing!.waiting], [1, 1]);
  const [open] = await alerts.open();
  assert.equal(open!.toldAt, new Date(start).toISOString());
  assert.deepEqual(await alerts.past({ limit: 10 }), []);
  hook.answer = () => new Response(null, { status: 204 });
  for (let round = 0; round < 3; round++) {
    clock.at += HOUR;
    await runEnds("incremental", "complete");
    await alerts.check();
    clock.at += HOUR;
    await runEnds("incremental", "failed");
    await alerts.check();
  }
  const past = await alerts.past({ limit: 10 });
  const hours = past.map(({ since, endedAt }) => [since, endedAt].map((at) => (Date.parse(at) - start) / HOUR));
  assert.deepEqual(hours, [[4, 5], [2, 3], [0, 1]]);
  const [newest, ...older] = past;
  assert.deepEqual(await alerts.past({ limit: 10, before: new Date(newest!.endedAt) }), older);
  assert.deepEqual((await alerts.channels())[0]!.failing, null);
});
