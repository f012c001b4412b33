import { AppError, messageOf } from "../../errors.ts";
import type { AlertConfig } from "../../config.ts";
import type { Store } from "../../store/connect.ts";
import type { ChannelView, TestResult } from "../views.ts";
import type { Send } from "./deliver.ts";
import { type AlertMessage, type Channel, messagesOf } from "./document.ts";

/** Between two tests: a button that is pressed again and again must not flood anybody. */
const BETWEEN_TESTS_MS = 10_000;
/** How far back given-up messages are counted. */
const LOOK_BACK_MS = 30 * 86_400_000;

/** Where messages go, and how it went lately. */
export async function readChannels(
  store: Pick<Store, "collection">,
  config: AlertConfig,
  now: Date,
): Promise<ChannelView[]> {
  const messages = messagesOf(store);
  const targets: [Channel, string[]][] = [
    // a webhook's path is often its only secret
    ...(config.webhook ? [["webhook", [new URL(config.webhook.url).host]] as [Channel, string[]]] : []),
    ...(config.mail ? [["mail", config.mail.to] as [Channel, string[]]] : []),
  ];
  return await Promise.all(targets.map(async ([channel, to]) => {
    const [sent, next, waiting, givenUp, lost] = await Promise.all([
      messages.findOne({ channel, state: "sent" }, { sort: { createdAt: -1 } }),
      messages.findOne({ channel, state: "waiting" }, { sort: { createdAt: 1, order: 1 } }),
      messages.countDocuments({ channel, state: "waiting" }),
      messages.countDocuments({ channel, state: "given_up", createdAt: { $gte: new Date(+now - LOOK_BACK_MS) } }),
      messages.findOne({ channel, state: "given_up" }, { sort: { createdAt: -1 } }),
    ]);
    return {
      channel,
      to,
      sentAt: sent?.sentAt?.toISOString() ?? null,
      sentTitle: sent?.message.title ?? null,
      waiting,
      failing: next && next.error !== null
        ? { error: next.error, attempts: next.attempts, nextTryAt: next.nextTryAt.toISOString() }
        : null,
      givenUp,
      lastGivenUp: lost && { at: lost.createdAt.toISOString(), title: lost.message.title, error: lost.error ?? "" },
    };
  }));
}

/** What a test needs. */
export interface TestParts {
  store: Pick<Store, "collection">;
  senders: ReadonlyMap<Channel, Send>;
  account: string;
  publicUrl: string | null;
}

/**
 * Sends a message about nothing on every channel, at once and once: who asks waits for the answer. It is noted as other
 * messages are, but does not wait behind those that cannot be sent, and is not tried again.
 *
 * @param by name of who asks
 * @throws {AppError} `no_channel` where none is set; `tested_just_now`
 */
export async function sendTest(
  { store, senders, account, publicUrl }: TestParts,
  by: string,
  now: () => Date,
): Promise<TestResult[]> {
  if (senders.size === 0) {
    throw new AppError(
      "No message can be sent: set ALERT_WEBHOOK_URL or ALERT_MAIL_TO, and start Tidemark again.",
      "no_channel",
      "reject_request",
    );
  }
  const messages = messagesOf(store), at = now();
  const justNow = { "message.event": "test" as const, createdAt: { $gt: new Date(+at - BETWEEN_TESTS_MS) } };
  if (await messages.findOne(justNow)) {
    throw new AppError(
      `A test message was sent less than ${BETWEEN_TESTS_MS / 1000} s ago. Look whether it has arrived first.`,
      "tested_just_now",
      "reject_request",
    );
  }
  const id = `test@${at.toISOString()}`;
  const message: AlertMessage = {
    ...{ id, event: "test", alert: id, kind: "test", title: "Test message", account },
    text: `${by} wanted to see that messages of Tidemark arrive. Nothing is wrong.`,
    ...{ since: at.toISOString(), endedAt: null, seconds: 0, runId: null },
    link: publicUrl ? `${publicUrl}/sync/alerts` : null,
  };
  return await Promise.all([...senders].map(async ([channel, send]): Promise<TestResult> => {
    const error = await send(message).then(() => null, messageOf);
    await messages.insertOne({
      ...{ _id: `${id}#${channel}`, channel, message, error, createdAt: at, order: 0, attempts: 1, nextTryAt: at },
      state: error === null ? "sent" : "given_up",
      sentAt: error === null ? now() : null,
    });
    return { channel, error };
  }));
}
