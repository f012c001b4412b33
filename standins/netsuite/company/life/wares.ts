/** What a customer may put on an order. */
import type { OrderPart } from "../documents.ts";
import type { Channel } from "../orders.ts";
import { perDollar, round } from "../money.ts";
import { between } from "../random.ts";
import { someMemo } from "../texts.ts";
import { priceOf } from "./order_book.ts";
import type { Session } from "./session.ts";

/** An item the channel sells, at a usual price. */
export function newPart(session: Session, channel: Channel, currency: number, rate: number): OrderPart | null {
  const { random } = session;
  const [low, high] = channel === "retail" ? [2_001, 1_000_000] : [1, 1_899];
  const item = session.one(
    `SELECT id, itemtype, class, cost FROM "item" WHERE id >= ? AND id <= ? AND isinactive = 'F' AND class IS NOT NULL
      AND cost > 0 AND itemtype IN ('InvtPart', 'Assembly', 'NonInvtPart') ORDER BY id LIMIT 1`,
    channel === "retail" ? between(random, 2_001, 3_800) : between(random, 680, 999),
    high,
  ) ?? session.one(
    `SELECT id, itemtype, class, cost FROM "item" WHERE id >= ? AND id <= ? AND isinactive = 'F' AND cost > 0
      AND itemtype IN ('InvtPart', 'Assembly', 'NonInvtPart') ORDER BY id LIMIT 1`,
    low,
    high,
  );
  if (!item) return null;
  const quantity = channel === "web" ? 1 : channel === "retail" ? between(random, 1, 6) : between(random, 1, 12);
  const price = round(Number(item.cost) * (1.3 + random() * 0.5) * perDollar(currency), 2);
  return {
    item: Number(item.id),
    itemType: String(item.itemtype),
    classId: item.class === null ? null : Number(item.class),
    quantity,
    rate: price,
    ...priceOf(quantity, price, rate),
    memo: random() < 0.02 ? someMemo(random) : null,
    shipped: 0,
    billed: 0,
    isClosed: false,
  };
}
