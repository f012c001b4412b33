import { networkOf } from "../address.ts";
import type { Throttle } from "../throttle.ts";

/** How many codes one account, and one address of the network, may try. */
export const CODES_OF_ACCOUNT = { most: 5, windowMs: 15 * 60_000 };
export const CODES_FROM_ADDRESS = { most: 20, windowMs: 15 * 60_000 };

/** Limits on guessing codes, shared by the sign-in and the account's own page. */
export interface CodeLimits {
  /** Counts a try. @returns null when it may go on, else after how many seconds the next one may */
  count(personId: string, address: string | null): Promise<number | null>;
  /** The right code was given: the account's tries begin anew. Those of the address do not. */
  forget(personId: string): Promise<void>;
}

/** The limits, kept by a throttle. */
export function codeLimits(throttle: Throttle): CodeLimits {
  const account = (id: string) => `code:${id}`;
  return {
    async count(personId, address) {
      const waits = await Promise.all([
        throttle.count(account(personId), CODES_OF_ACCOUNT),
        throttle.count(`code from:${networkOf(address)}`, CODES_FROM_ADDRESS),
      ]);
      const longest = Math.max(...waits.map((wait) => wait ?? 0));
      return longest === 0 ? null : longest;
    },
    forget: (personId) => throttle.forget(account(personId), CODES_OF_ACCOUNT),
  };
}
