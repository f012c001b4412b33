import { AppError } from "../errors.ts";
import type { Stream } from "./define.ts";
import { accountingBooks, accountingPeriods, accounts, terms } from "./finance.ts";
import { inventory, items } from "./items.ts";
import {
  campaignAudiences,
  campaignCategories,
  campaignChannels,
  campaignEvents,
  campaignFamilies,
  campaignOffers,
  campaignResponses,
  campaignVerticals,
  couponCodes,
  promotionCodes,
} from "./marketing.ts";
import { contacts, customers, employees, entityStatuses, vendors } from "./parties.ts";
import { priceLevels, prices } from "./prices.ts";
import { classifications, currencies, departments, locations, subsidiaries } from "./setup.ts";
import { shipMethods, trackingNumbers } from "./shipping.ts";
import { transactionLinks, transactions } from "./transactions.ts";

/** Every stream, in the order in which they are read: what others refer to comes first. */
export const STREAMS: readonly Stream[] = [
  subsidiaries,
  currencies,
  departments,
  classifications,
  locations,
  accounts,
  accountingBooks,
  accountingPeriods,
  terms,
  priceLevels,
  shipMethods,
  entityStatuses,
  employees,
  vendors,
  customers,
  contacts,
  items,
  prices,
  promotionCodes,
  couponCodes,
  campaignAudiences,
  campaignCategories,
  campaignChannels,
  campaignFamilies,
  campaignOffers,
  campaignVerticals,
  campaignEvents,
  campaignResponses,
  transactions,
  inventory,
  transactionLinks,
  trackingNumbers,
];

const byName = new Map(STREAMS.map((stream) => [stream.name, stream]));

/**
 * A stream by its name.
 *
 * @throws {AppError} `unknown_stream`, naming those that exist
 */
export function streamNamed(name: string): Stream {
  const found = byName.get(name);
  if (found) return found;
  throw new AppError(
    `There is no stream "${name}": the streams are ${STREAMS.map((stream) => stream.name).join(", ")}`,
    "unknown_stream",
    "reject_request",
  );
}

/** The stream that a value of `deletedrecord.type` speaks of ("Sales Order" is `transactions`), or null if none does. */
export function streamOfDeleted(type: string): Stream | null {
  const plain = type.toLowerCase().replace(/[^a-z/]/g, "");
  return STREAMS.find((stream) => stream.deletedTypes.includes(plain)) ?? null;
}
