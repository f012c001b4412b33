import { messageOf } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { Store } from "../../store/connect.ts";
import { type AlertMessage, type Channel, type MessageDocument, messagesOf } from "./document.ts";

/** Sends one message, or throws with a sentence that holds no secret. */
export type Send = (message: AlertMessage) => Promise<void>;

/** A message that is being sent is not taken by another process for so long: longer than any try may last. */
const CLAIM_MS = 120_000;
const FIRST_WAIT_MS = 30_000, MOST_WAIT_MS = 3_600_000;
/** After so long nobody wants to read it any more. */
const GIVE_UP_MS = 86_400_000;
const log = logOf("sync.alerts");

/**
 * Sends what waits, channel by channel, in the order of what happened: an "all clear" never comes before its alert.
 *
 * One process sends a message; it may be sent twice when that process dies between sending and noting so, which is why
 * every message has an id. What cannot be sent is tried again after half a minute, then twice as long each time, for a day.
 */
export async function deliver(
  store: Pick<Store, "collection">,
  senders: ReadonlyMap<Channel, Send>,
  now: () => Date,
): Promise<void> {
  await Promise.all([...senders].map(([channel, send]) => deliverOn(store, channel, send, now)));
}

async function deliverOn(
  store: Pick<Store, "collection">,
  channel: Channel,
  send: Send,
  now: () => Date,
): Promise<void> {
  const messages = messagesOf(store);
  while (true) {
    const [next] = await messages.find({ channel, state: "waiting" }, { sort: { createdAt: 1, order: 1 }, limit: 1 })
      .toArray();
    if (!next || next.nextTryAt > now()) return;
    const claimedUntil = new Date(+now() + CLAIM_MS);
    const { modifiedCount } = await messages.updateOne(
      { _id: next._id, state: "waiting", nextTryAt: next.nextTryAt },
      { $set: { nextTryAt: claimedUntil }, $inc: { attempts: 1 } },
    );
    if (modifiedCount === 0) return; // another process sends it
    const note = (change: Partial<MessageDocument>) =>
      messages.updateOne({ _id: next._id, nextTryAt: claimedUntil }, { $set: change });
    try {
      await send(next.message);
      await note({ state: "sent", sentAt: now(), error: null });
    } catch (error) {
      const attempts = next.attempts + 1, why = messageOf(error);
      const isOver = +now() - +next.createdAt >= GIVE_UP_MS;
      const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
      log[isOver ? "error" : "warning"](
        isOver
          ? "An alert could not be sent for a day and is given up"
          : "An alert could not be sent; it is tried again",
        { message: next._id, attempts, why },
      );
      await note({ error: why, ...(isOver ? { state: "given_up" } : { nextTryAt: new Date(+now() + wait) }) });
      if (!isOver) return;
    }
  }
}
