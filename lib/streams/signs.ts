/**
 * The one place where NetSuite's signs become natural ones.
 *
 * NetSuite keeps ledger signs: debit positive, credit negative. The lines of a sale are income, hence negative, and goods
 * that leave have a negative quantity (docs/netsuite.md 6.4). People read a sale of two bikes as +2 and +4,365. The rule: an
 * amount or quantity is natural when the document's usual direction is positive: sales documents and fulfilments turn
 * their lines over, purchases and receipts keep them; the main line is the other way round. Credits and returns come out
 * negative, as they reduce what they correct.
 */

/** Documents whose lines NetSuite signs as credits: what goes out or is earned. */
const OUT = new Set([
  "SalesOrd",
  "Estimate",
  "Opprtnty",
  "CustInvc",
  "CashSale",
  "CustCred",
  "RtnAuth",
  "CashRfnd",
  "CustRfnd",
  "ItemShip",
  "CustChrg",
  "FinChrg",
]);

/** Documents whose lines NetSuite signs as debits: what comes in or is bought. */
const IN = new Set([
  "PurchOrd",
  "VendBill",
  "VendCred",
  "VendAuth",
  "ItemRcpt",
  "PurchReq",
  "PurchCon",
  "BlankOrd",
  "ExpRept",
  "Check",
  "CardChrg",
  "CardRfnd",
]);

/**
 * What to multiply a line's ledger amount and quantity with.
 *
 * @param type NetSuite's code of the document, e.g. `SalesOrd`
 * @param isMain whether it is the main line, which stands against all others
 * @returns 1 or -1; documents without a natural direction (journals, transfers, adjustments, payments) keep their signs
 */
export function naturalSign(type: string, isMain: boolean): 1 | -1 {
  if (OUT.has(type)) return isMain ? 1 : -1;
  if (IN.has(type)) return isMain ? -1 : 1;
  return 1;
}

/** Multiplies without ever making a negative zero. */
export function signed(value: number | null, sign: 1 | -1): number | null {
  return value === null ? null : value * sign || 0;
}
