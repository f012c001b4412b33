/**
 * What became of an order. The sources know when it was ordered and when it should leave; the rest is decided here, from a
 * seed and the order's own number: shipped at once or in parts, billed, paid, closed, cancelled, edited later.
 */
import { DAY } from "./days.ts";
import type { Order } from "./orders.ts";
import { between, type Random, randomFor } from "./random.ts";

/** One fulfilment. `takes` has the units taken of each part, 0 for none; times are seconds. */
export interface Shipment {
  day: number;
  created: number;
  modified: number;
  takes: number[];
}

/** The invoice of an order. `takes` as in a shipment. */
export interface Billing {
  day: number;
  created: number;
  modified: number;
  takes: number[];
  dueDay: number;
  paidDay: number | null;
}

/** The whole story of one order up to now; all days lie before today. */
export interface History {
  created: number;
  modified: number;
  shipments: Shipment[];
  billing: Billing | null;
  isApproved: boolean;
  isClosed: boolean;
  isCancelled: boolean;
  isVoided: boolean;
}

/** Days until an order that is not shipped is surely part of the backlog rather than history. */
const RECENT_DAYS = 45;

/** Decides one order's history. `now` in seconds. */
export function decideHistory(order: Order, seed: number, yesterday: number, now: number): History {
  const random = randomFor(seed, `history ${order.ref}`);
  const created = createdAt(order, random);
  const fate = random();
  const isVoided = fate < 0.0007;
  const isCancelled = isVoided || fate < 0.004;
  const isApproved = !(order.channel !== "web" && order.day >= yesterday - 1 && random() < 0.25);
  const shipments = isCancelled || !isApproved ? [] : planShipments(order, created, yesterday, random);
  const shipped = order.parts.map((_, index) => shipments.reduce((sum, each) => sum + each.takes[index]!, 0));
  const isComplete = order.parts.every((part, index) => shipped[index] === part.quantity);
  const last = shipments.at(-1);
  const billing = last && order.channel !== "web" ? bill(order, last, shipped, isComplete, yesterday, random) : null;
  // Shop orders are paid by card and booked from the payment provider's statement: they are closed, not billed.
  const closed = order.channel === "web" && last && isComplete
    ? (last.day + 1) * DAY + between(random, 0, 5) * 3600
    : null;
  const isClosed = closed !== null && closed < yesterday * DAY + DAY;
  let modified = Math.max(created, ...shipments.map((each) => each.created), billing?.created ?? 0);
  if (isClosed) modified = Math.max(modified, closed);
  if (isCancelled) modified = Math.min(created + between(random, 1, 30) * 3600, now - 60);
  if (random() < 0.06) modified = Math.min(modified + between(random, 60, 30 * DAY), Math.max(modified, now - 60));
  // A file import corrected all older retail orders at once: thousands of rows carry the same second.
  const massUpdate = (yesterday - 150) * DAY + 2 * 3600;
  if (order.channel === "retail" && order.day < yesterday - 365) modified = Math.max(modified, massUpdate);
  return { created, modified, shipments, billing, isApproved, isClosed, isCancelled, isVoided };
}

/** Wholesale orders come by file, some twenty to a second; retail ones are imported in the evening; the shop writes each at once. */
function createdAt(order: Order, random: Random): number {
  if (order.channel === "wholesale") return order.day * DAY + 15 * 3600 + between(random, 0, 7) * 600;
  if (order.channel === "retail") return order.day * DAY + 19 * 3600 + between(random, 0, 1) * 300;
  return order.day * DAY + between(random, 8 * 3600, 20 * 3600);
}

function planShipments(order: Order, created: number, yesterday: number, random: Random): Shipment[] {
  const isRecent = order.day > yesterday - RECENT_DAYS;
  const full = order.parts.map((part) => part.quantity);
  const units = full.reduce((sum, quantity) => sum + quantity, 0);
  const draw = random();
  const splits = units > 1 && draw < (isRecent ? 0.2 : 0.04);
  const ship = (day: number, takes: number[]): Shipment => {
    const wave = day * DAY + 14 * 3600 + between(random, 0, 24) * 1200; // warehouses confirm in waves, twenty minutes apart
    const at = Math.max(wave, created + 600);
    return { day, created: at, modified: at + (random() < 0.3 ? between(random, 1, 5400) : 0), takes };
  };
  if (order.shipDay > yesterday) return [];
  if (!splits) return [ship(order.shipDay, full)];
  // The first parcel takes some lines whole and, of one large line, only half; the rest follows or is still owed.
  const first = full.map((quantity) => random() < 0.5 ? quantity : 0);
  const large = full.findIndex((quantity) => quantity > 3);
  if (large >= 0) first[large] = Math.floor(full[large]! / 2);
  const taken = first.reduce((sum, quantity) => sum + quantity, 0);
  if (taken === 0 || taken === units) return [ship(order.shipDay, full)];
  const restDay = order.shipDay + between(random, 2, 12);
  const isOwed = restDay > yesterday || (isRecent && random() < 0.6);
  const parcels = [ship(order.shipDay, first)];
  if (!isOwed) {
    const rest = ship(restDay, full.map((quantity, index) => quantity - first[index]!));
    rest.created = Math.max(rest.created, parcels[0]!.modified + 60);
    rest.modified = Math.max(rest.modified, rest.created);
    parcels.push(rest);
  }
  return parcels;
}

/** One invoice for all that was shipped. Retail is billed only when complete; of part shipments in wholesale, half are billed at once. */
function bill(
  order: Order,
  last: Shipment,
  shipped: number[],
  isComplete: boolean,
  yesterday: number,
  random: Random,
): Billing | null {
  const day = last.day + [0, 0, 1, 1, 2, 3][between(random, 0, 5)]!;
  const forgotten = random() < 0.003;
  if (day > yesterday || forgotten) return null;
  if (!isComplete && (order.channel === "retail" || random() < 0.5)) return null;
  const created = Math.max(day * DAY + between(random, 20, 23) * 3600, last.created + 300);
  const dueDay = day + [0, 15, 30, 60, 0][order.terms]!;
  const paid = dueDay + between(random, -12, 25);
  const paidDay = random() < 0.96 && paid <= yesterday ? Math.max(paid, day + 1) : null;
  const isPaid = paidDay !== null && paidDay <= yesterday;
  const modified = isPaid ? Math.max(created, paidDay * DAY + 18 * 3600) : created;
  return { day, created, modified, takes: shipped, dueDay, paidDay: isPaid ? paidDay : null };
}
