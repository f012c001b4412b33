/** Amounts are whole cents inside, so that documents balance exactly; only the database column holds them as decimals. */

/** The account's currencies. `perDollar` turns the sources' US dollars into them, at one fixed rate. */
export const CURRENCIES = [
  { id: 1, symbol: "USD", name: "US Dollar", display: "$", precision: 2, perDollar: 1, isInactive: false },
  { id: 2, symbol: "CAD", name: "Canadian Dollar", display: "CA$", precision: 2, perDollar: 1.37, isInactive: false },
  { id: 3, symbol: "EUR", name: "Euro", display: "€", precision: 2, perDollar: 0.92, isInactive: false },
  { id: 4, symbol: "GBP", name: "British Pound", display: "£", precision: 2, perDollar: 0.79, isInactive: false },
  { id: 5, symbol: "AUD", name: "Australian Dollar", display: "A$", precision: 2, perDollar: 1.52, isInactive: false },
  { id: 6, symbol: "JPY", name: "Japanese Yen", display: "¥", precision: 0, perDollar: 149, isInactive: true },
] as const;

/** Units of the currency for one US dollar. Throws `RangeError` on an unknown currency. */
export function perDollar(currency: number): number {
  const found = CURRENCIES.find((each) => each.id === currency);
  if (!found) throw new RangeError(`No currency ${currency} in the account, only 1 to ${CURRENCIES.length}`);
  return found.perDollar;
}

/** Units of `base` for one unit of `currency`, as NetSuite prints it on a transaction. */
export function exchangeRate(currency: number, base: number): number {
  return currency === base ? 1 : round(perDollar(base) / perDollar(currency), 5);
}

/** Rounds half away from zero at `digits` decimals; the tiny nudge undoes binary fractions such as 1.005. */
export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.sign(value) * Math.round(Math.abs(value) * scale * (1 + 1e-12)) / scale;
}

/** Whole cents of an amount. */
export function toCents(amount: number): number {
  return Math.sign(amount) * Math.round(Math.abs(amount) * 100 * (1 + 1e-12));
}

/** The decimal a column holds. Never minus zero. */
export function fromCents(cents: number): number {
  return cents === 0 ? 0 : cents / 100;
}
