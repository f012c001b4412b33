/**
 * The simulated company's daily life, in fast motion: orders come in and are edited, shipped, billed, deleted; customers and
 * items change; stock moves; prices, promotions and campaigns too. Works by SQL alone on the account's tables and keeps every promise the loader makes: documents
 * balance, shipped quantities agree with shipments, no id comes back, every deletion leaves a `deletedrecord` row.
 */
import type { DatabaseSync } from "node:sqlite";
import { timeText } from "./company/days.ts";
import * as deliveries from "./company/life/deliveries.ts";
import * as edits from "./company/life/edits.ts";
import * as offers from "./company/life/offers.ts";
import * as purchasing from "./company/life/purchasing.ts";
import * as records from "./company/life/records.ts";
import * as sales from "./company/life/sales.ts";
import { Session, type Touchable } from "./company/life/session.ts";
import * as stock from "./company/life/stock.ts";
import type { DeletedKind } from "./company/deleted.ts";
import { randomFor } from "./company/random.ts";

/** How much shall happen, and when. */
export interface ChangeOptions {
  /** How many changes, each of one or more rows. */
  count: number;
  /** The same database, seed and `now` give the same changes. */
  seed: number;
  /** The account's clock: the stamp of what changes, and (UTC) the date of new documents. */
  now: Date;
  /**
   * Seconds from one change to the next, may be a fraction; default 0, all within the second of `now`. The stamps run up from
   * `now`, never back: a stamp older than what was there before would hide a change from a reader that follows the stamps.
   */
  clockStepSeconds?: number;
  /** Only these things happen; all when absent. */
  only?: ChangeKind[];
}

/** Names of the things that happen. */
export type ChangeKind = keyof typeof KINDS;

/** What happened. */
export interface ChangeSummary {
  count: number;
  kinds: Partial<Record<ChangeKind, number>>;
  /** First and last stamp used, `YYYY-MM-DD HH:MM:SS` UTC. */
  from: string;
  to: string;
  /** Ids of records made or changed that still exist, ascending, by table. */
  touched: Partial<Record<Touchable, number[]>>;
  /** Records deleted, in order. */
  deleted: { kind: DeletedKind; id: number }[];
}

/** What can happen, with its weight. A function returns false where the account has nothing it applies to. */
const KINDS = {
  placeOrder: [26, sales.placeOrder],
  editLine: [14, edits.editLine],
  editMemo: [6, edits.editMemo],
  addLine: [5, edits.addLine],
  removeLine: [4, edits.removeLine],
  approveOrder: [2, sales.approveOrder],
  cancelOrder: [1, sales.cancelOrder],
  closeOrder: [4, sales.closeOrder],
  deleteOrder: [3, sales.deleteOrder],
  shipOrder: [16, deliveries.shipOrder],
  deleteFulfilment: [1, deliveries.deleteFulfilment],
  billOrder: [8, deliveries.billOrder],
  payInvoice: [4, deliveries.payInvoice],
  placePurchase: [2, purchasing.placePurchase],
  receivePurchase: [3, purchasing.receivePurchase],
  newCustomer: [4, records.newCustomer],
  editCustomer: [4, records.editCustomer],
  editItem: [4, records.editItem],
  editVendor: [2, records.editVendor],
  editEmployee: [1, records.editEmployee],
  toggleActive: [1, records.toggleActive],
  deleteCustomer: [1, records.deleteCustomer],
  recount: [4, stock.recount],
  editPrice: [3, offers.editPrice],
  newPromotion: [1, offers.newPromotion],
  editPromotion: [1, offers.editPromotion],
  sendCoupon: [2, offers.sendCoupon],
  useCoupon: [2, offers.useCoupon],
  newMailing: [1, offers.newMailing],
  answerMailing: [2, offers.answerMailing],
  newContact: [1, offers.newContact],
  editContact: [2, offers.editContact],
} as const satisfies Record<string, [weight: number, run: (session: Session) => boolean]>;

/** All names of things that can happen. */
export const CHANGE_KINDS = Object.keys(KINDS) as [ChangeKind, ...ChangeKind[]];

/**
 * Lets `count` things happen, all or none.
 *
 * @throws {RangeError} when `count` is not a whole number of at least 0, `now` no date, or `clockStepSeconds` negative
 * @throws {Error} when the account is so empty that nothing can happen
 */
export function change(
  db: DatabaseSync,
  { count, seed, now, clockStepSeconds = 0, only }: ChangeOptions,
): ChangeSummary {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`Cannot make ${count} changes: give a whole number`);
  if (Number.isNaN(+now)) throw new RangeError("Cannot change anything: `now` is not a valid date");
  if (!(clockStepSeconds >= 0)) throw new RangeError(`Cannot step the clock by ${clockStepSeconds} s: give 0 or more`);
  const start = Math.floor(+now / 1000);
  const kinds: ChangeSummary["kinds"] = {};
  db.exec("SAVEPOINT life");
  try {
    const session = new Session(db, randomFor(seed, "life"), start);
    for (let done = 0; done < count; done++) {
      session.seconds = start + Math.floor(done * clockStepSeconds);
      const kind = happen(session, only);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    db.exec("RELEASE life");
    const touched: ChangeSummary["touched"] = {};
    for (const [table, ids] of session.touched) touched[table] = [...ids].sort((a, b) => a - b);
    return { count, kinds, from: timeText(start), to: timeText(session.seconds), touched, deleted: session.deleted };
  } catch (error) {
    db.exec("ROLLBACK TO life");
    db.exec("RELEASE life");
    throw error;
  }
}

/** One thing happens: by weight, and where that finds nothing to do, another one. */
function happen(session: Session, only?: ChangeKind[]): ChangeKind {
  const all = Object.entries(KINDS) as [ChangeKind, (typeof KINDS)[ChangeKind]][];
  const left = only ? all.filter(([kind]) => only.includes(kind)) : all;
  while (left.length > 0) {
    let draw = session.random() * left.reduce((sum, [, [weight]]) => sum + weight, 0);
    const index = Math.max(0, left.findIndex(([, [weight]]) => (draw -= weight) < 0));
    const [kind, [, run]] = left.splice(index, 1)[0]!;
    if (run(session)) return kind;
  }
  throw new Error(
    only
      ? `Cannot change anything: nothing fits ${only.join(", ")}`
      : "Cannot change anything: the account has no customers, items or orders",
  );
}
