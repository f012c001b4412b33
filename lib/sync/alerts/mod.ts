import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { AlertView } from "../views.ts";
import { type BookParts, keepBook } from "./book.ts";
import { deliver, type Send } from "./deliver.ts";
import { alertsOf, type Channel } from "./document.ts";
import { mailSender } from "./mail.ts";
import { findProblems, type ProblemParts } from "./problems.ts";
import { webhookSender } from "./webhook.ts";

/** What watches over the sync. */
export interface Alerts {
  /** What is wrong just now, the oldest first. */
  open(): Promise<AlertView[]>;
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
      return found.map(({ _id, kind, title, text, since, runId }) => ({
        ...{ id: _id, kind, title, text, runId },
        since: since.toISOString(),
      }));
    },
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
