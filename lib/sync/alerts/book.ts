import { logOf } from "../../log.ts";
import type { Store } from "../../store/connect.ts";
import { isDuplicate } from "../../store/duplicate.ts";
import {
  type AlertDocument,
  type AlertEvent,
  type AlertMessage,
  alertsOf,
  type Channel,
  messagesOf,
  type Problem,
} from "./document.ts";

/** What keeping the book of alerts needs. */
export interface BookParts {
  store: Pick<Store, "collection">;
  channels: readonly Channel[];
  remindMs: number;
  account: string;
  /** The address people type, or null. */
  publicUrl: string | null;
}

const log = logOf("sync.alerts");
const LAST = 1e9;
/** Processes look at about the same time: what another has just opened or closed, ours may have seen as it was before. */
const JUST_NOW_MS = 10_000;

/**
 * Brings the book of alerts in line with what is wrong just now: a new problem opens one, one that is gone closes it, and
 * one that stays is told again after a while. Messages are written beside, to be sent by `deliver.ts`.
 *
 * Any number of processes may do so at once: an open alert is unique by its key, a message by alert, event and channel.
 * What a process did not get to say before it died is said by the next one.
 */
export async function keepBook(parts: BookParts, problems: readonly Problem[], now: Date): Promise<void> {
  const alerts = alertsOf(parts.store), justNow = new Date(+now - JUST_NOW_MS);
  const open = new Map((await alerts.find({ open: { $exists: true } }).toArray()).map((alert) => [alert.key, alert]));
  for (const problem of problems) {
    const alert = open.get(problem.key);
    open.delete(problem.key);
    if (alert) await stay(parts, alert, problem, now);
    else if (!await alerts.findOne({ key: problem.key, closedAt: { $gt: justNow } })) {
      await openAlert(parts, problem, now);
    }
  }
  for (const alert of open.values()) {
    const { modifiedCount } = await alerts.updateOne(
      { _id: alert._id, open: alert.key, openedAt: { $lte: justNow } },
      { $set: { closedAt: now, untold: true }, $unset: { open: "" } },
    );
    if (modifiedCount > 0) log.info("A problem is over: {title}", { alert: alert._id, title: alert.title });
  }
  for await (const alert of alerts.find({ untold: true }).sort({ openedAt: 1 })) await tell(parts, alert, now);
}

async function openAlert({ store }: BookParts, problem: Problem, now: Date): Promise<void> {
  const alert: AlertDocument = {
    ...problem,
    _id: `${problem.key}@${now.toISOString()}`,
    open: problem.key,
    openedAt: now,
    closedAt: null,
    reminders: 0,
    toldAt: now,
    untold: true,
  };
  try {
    await alertsOf(store).insertOne(alert);
    log.warning("A problem: {title}", { alert: alert._id, title: alert.title, run: alert.runId });
  } catch (error) {
    if (!isDuplicate(error)) throw error; // another process has opened it
  }
}

/** Keeps what is known of a problem fresh, and tells it again when it is time. */
async function stay(parts: BookParts, alert: AlertDocument, problem: Problem, now: Date): Promise<void> {
  const { kind, title, text, runId } = problem;
  const since = problem.since < alert.since ? problem.since : alert.since;
  const isDue = +now - +alert.toldAt >= parts.remindMs;
  const fresh = { ...alert, kind, title, text, runId, since };
  if (isDue) await write(parts, fresh, "reminder", alert.reminders + 1, now);
  await alertsOf(parts.store).updateOne(
    { _id: alert._id, open: alert.key, reminders: alert.reminders },
    { $set: { kind, title, text, runId, since, ...(isDue ? { reminders: alert.reminders + 1, toldAt: now } : {}) } },
  );
}

async function tell(parts: BookParts, alert: AlertDocument, now: Date): Promise<void> {
  await write(parts, alert, "opened", 0, now);
  if (alert.closedAt) await write(parts, alert, "cleared", LAST, now);
  const asRead = { _id: alert._id, closedAt: alert.closedAt };
  await alertsOf(parts.store).updateOne(asRead, { $unset: { untold: "" } });
}

async function write(
  parts: BookParts,
  alert: AlertDocument,
  event: AlertEvent,
  order: number,
  now: Date,
): Promise<void> {
  const id = `${alert._id}#${event}${event === "reminder" ? order : ""}`;
  for (const channel of parts.channels) {
    try {
      await messagesOf(parts.store).insertOne({
        _id: `${id}#${channel}`,
        channel,
        state: "waiting",
        message: messageOf(parts, alert, event, id, now),
        createdAt: now,
        order,
        attempts: 0,
        nextTryAt: now,
        error: null,
        sentAt: null,
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error; // written before
    }
  }
}

function messageOf(parts: BookParts, alert: AlertDocument, event: AlertEvent, id: string, now: Date): AlertMessage {
  const endedAt = event === "cleared" ? alert.closedAt ?? now : null;
  const page = alert.kind === "quarantine_grows"
    ? "/sync/quarantine"
    : alert.runId
    ? `/sync/runs/${alert.runId}`
    : "/sync";
  return {
    id,
    event,
    alert: alert._id,
    kind: alert.kind,
    title: alert.title,
    text: alert.text,
    account: parts.account,
    since: alert.since.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    seconds: Math.max(0, Math.round((+(endedAt ?? now) - +alert.since) / 1000)),
    runId: alert.runId,
    link: parts.publicUrl ? `${parts.publicUrl}${page}` : null,
  };
}
