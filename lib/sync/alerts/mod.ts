import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { AlertView, ChannelView, PastAlertView, TestResult } from "../views.ts";
import { type BookParts, keepBook } from "./book.ts";
import { readChannels, sendTest } from "./channels.ts";
import { deliver, type Send } from "./deliver.ts";
import { type AlertDocument, alertsOf, type Channel } from "./document.ts";
import { mailSender } from "./mail.ts";
import { findProblems, type ProblemParts } from "./problems.ts";
import { webhookSender } from "./webhook.ts";

/** What watches over the sync. */
export interface Alerts {
  /** What is wrong just now, the oldest first. */
  open(): Promise<AlertView[]>;
  /**
   * What was wrong and is over, newest first; kept for 400 days.
   *
   * @param before only what was over before this time
   */
  past(query: { limit: number; before?: Date }): Promise<PastAlertView[]>;
  /** Where messages go, and how it went lately; none where nothing is set. */
  channels(): Promise<ChannelView[]>;
  /**
   * Sends a test message on every channel, and says what became of it.
   *
   * @param by name of who asks
   * @throws {AppError} `no_channel`, `tested_just_now`
   */
  test(by: string): Promise<TestResult[]>;
  /**
   * Looks for problems, keeps the book, sends what waits. To be called each minute in every process, pages' ones included:
   * they notice when no worker is left. Never throws: what fails is logged and done by the next call.
   */
  check(): Promise<void>;
}

/** What the watch is made of. */
export interface AlertParts extends ProblemParts {
  clock: Clock;
  account: string;
  publicUrl: string | null;
}

const log = logOf("sync.alerts");

/** Puts the watch together. Nothing happens before a call. */
export function makeAlerts(parts: AlertParts): Alerts {
  const { store, config, clock, account, publicUrl, zone } = parts;
  const senders = new Map<Channel, Send>();
  if (config.webhook) senders.set("webhook", webhookSender(config.webhook, () => clock.now()));
  if (config.mail) senders.set("mail", mailSender(config.mail, zone));
  const book: BookParts = { store, channels: [...senders.keys()], remindMs: config.remindMs, account, publicUrl };
  return {
    async open() {
      const found = await alertsOf(store).find({ open: { $exists: true } }).sort({ since: 1 }).toArray();
      return found.map(viewOf);
    },
    async past({ limit, before }) {
      const closedAt = { $ne: null, ...(before ? { $lt: before } : {}) };
      const found = await alertsOf(store).find({ closedAt }).sort({ closedAt: -1, _id: -1 }).limit(limit).toArray();
      return found.map((alert) => ({ ...viewOf(alert), endedAt: alert.closedAt!.toISOString() }));
    },
    channels: () => readChannels(store, config, clock.now()),
    test: (by) => sendTest({ store, senders, account, publicUrl }, by, () => clock.now()),
    async check() {
      try {
        const now = clock.now();
        await keepBook(book, await findProblems(parts, now), now);
      } catch (error) {
        log.warning("No look for problems was possible", { error: messageOf(error) });
      }
      await deliver(store, senders, () => clock.now()).catch((error) => {
        log.warning("Alerts could not be sent", { error: messageOf(error) });
      });
    },
  };
}

function viewOf({ _id, kind, title, text, since, runId, toldAt }: AlertDocument): AlertView {
  return { id: _id, kind, title, text, runId, since: since.toISOString(), toldAt: toldAt.toISOString() };
}
