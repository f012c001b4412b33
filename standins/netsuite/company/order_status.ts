/** What follows from how much of an order was shipped and billed. */
import type { Row } from "./rows.ts";

/** What an order line still needs: committed while nothing of it was shipped, backordered after that. */
export function openQuantities(part: { quantity: number; shipped: number; isClosed: boolean }): Row {
  const open = part.isClosed ? 0 : Math.max(0, part.quantity - part.shipped);
  return {
    quantitycommitted: part.shipped === 0 ? open : 0,
    quantitybackordered: part.shipped === 0 ? 0 : open,
  };
}

/**
 * The status letter of a sales order by what has happened to its item lines.
 *
 * Cancelled beats all; then closed; an order that nobody approved stays A. Otherwise: nothing shipped B, some shipped D
 * (all of that billed) or E, everything shipped F (not all billed) or G.
 */
export function orderStatus(
  parts: { quantity: number; shipped: number; billed: number }[],
  state: { isApproved: boolean; isClosed: boolean; isCancelled: boolean },
): string {
  if (state.isCancelled) return "C";
  if (state.isClosed) return "H";
  if (!state.isApproved) return "A";
  const shippedAny = parts.some((part) => part.shipped > 0);
  const shippedAll = parts.every((part) => part.shipped >= part.quantity);
  const unbilled = parts.some((part) => part.billed < part.shipped);
  if (!shippedAny) return "B";
  if (shippedAll) return unbilled ? "F" : "G";
  return unbilled ? "E" : "D";
}
