/**
 * Free text of the account. Most is dull, as in life; `HARD_TEXTS` is what has broken somebody's export before, put in on
 * purpose: quotes for SQL and CSV, a formula for spreadsheets, markup for pages, line ends, emoji, right-to-left.
 */
import { pick, type Random } from "./random.ts";

/** Texts that are hard on careless software. All are legal in a NetSuite memo. */
export const HARD_TEXTS = [
  `Customer's "urgent" request; don't split`,
  "Leave at the gate\nRing twice",
  "🚲 gift wrap, please 🎁",
  "שלום, נא להתקשר לפני המשלוח",
  "يرجى الاتصال قبل التسليم",
  "=SUM(A1:A9)",
  "<b>Fragile</b> & keep upright",
  "100% checked_by 'QA' \\ C:\\orders",
  "Tab\there, and a trailing space ",
  "null",
  "Zürich – Köln, naïve façade, Ærø, Łódź, 東京",
  "'); DROP TABLE orders; --",
] as const;

const MEMOS = [
  "Ship complete",
  "Call before delivery",
  "Spring promotion",
  "Replacement for damaged goods",
  "Partial delivery agreed by phone",
  "Dock 4, mornings only",
  "Price as quoted",
  "Repeat order",
  "Rush, needed for event",
  "Customer collects",
] as const;

/** Mostly null, sometimes an ordinary memo, rarely a hard one. */
export function maybeMemo(random: Random): string | null {
  const draw = random();
  if (draw > 0.06) return null;
  return draw < 0.008 ? pick(random, HARD_TEXTS) : pick(random, MEMOS);
}

/** A memo for certain, one in six a hard one. */
export function someMemo(random: Random): string {
  return random() < 1 / 6 ? pick(random, HARD_TEXTS) : pick(random, MEMOS);
}
