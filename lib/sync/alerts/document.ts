import type { Collection } from "mongodb";
import type { Store } from "../../store/connect.ts";

/** What can be wrong. */
export type ProblemKind = "run_failed" | "run_incomplete" | "proof_differs" | "stale" | "quarantine_grows";

/** Something that is wrong just now. */
export interface Problem {
  /** The same while it is the same problem: there is one alert for it. */
  key: string;
  kind: ProblemKind;
  /** A line, e.g. "Incremental runs fail". */
  title: string;
  /** What happened and what to do, in sentences. */
  text: string;
  since: Date;
  /** The run to look at. */
  runId: number | null;
}

/** `sync_alerts`: a problem from its beginning to its end; kept 400 days. */
export interface AlertDocument extends Problem {
  _id: string;
  /** The key while the problem lasts; a unique index allows one such alert. */
  open?: string;
  openedAt: Date;
  closedAt: Date | null;
  reminders: number;
  toldAt: Date;
  /** Messages that are still to be written: its writer may have died. */
  untold?: true;
}

/** What a message is about. A test is about nothing: somebody wants to see that messages arrive. */
export type AlertEvent = "opened" | "reminder" | "cleared" | "test";
/** How a message goes out. */
export type Channel = "webhook" | "mail";

/** What people and programs are told. Times as ISO strings. */
export interface AlertMessage {
  /** The same for every try: a receiver that sees it twice may ignore the second. */
  id: string;
  event: AlertEvent;
  alert: string;
  kind: ProblemKind | "test";
  title: string;
  text: string;
  account: string;
  since: string;
  endedAt: string | null;
  /** How long it has lasted, or lasts so far. */
  seconds: number;
  runId: number | null;
  /** The page to look at; null where the program does not know its own address (`PUBLIC_URL`). */
  link: string | null;
}

/** `sync_alert_messages`: a message on its way; kept 400 days. */
export interface MessageDocument {
  /** Alert, event and channel: however many processes write it, it is one. */
  _id: string;
  channel: Channel;
  state: "waiting" | "sent" | "given_up";
  message: AlertMessage;
  createdAt: Date;
  /** Among messages of the same moment. */
  order: number;
  attempts: number;
  nextTryAt: Date;
  error: string | null;
  sentAt: Date | null;
}

/** The collection of alerts. */
export function alertsOf(store: Pick<Store, "collection">): Collection<AlertDocument> {
  return store.collection<AlertDocument>("sync_alerts");
}

/** The collection of messages. */
export function messagesOf(store: Pick<Store, "collection">): Collection<MessageDocument> {
  return store.collection<MessageDocument>("sync_alert_messages");
}
