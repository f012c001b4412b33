import { createHash } from "node:crypto";
import { Secret } from "otpauth";

/** How many codes a person gets at a time. */
export const RECOVERY_CODES = 10;

/** 120 bits: above 112 a plain hash is enough to keep it (ASVS 6.5.2), so that no slow one is needed for ten of them. */
const CODE_BYTES = 15;

/** New codes as they are shown, this once: six groups of four letters and digits, such as `k4wd-…`. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = new Secret({ size: CODE_BYTES }).base32.toLowerCase(); // without 0, 1, 8 and 9, which look like letters
    return text.match(/.{4}/g)!.join("-");
  });
}

/**
 * How a code is kept: the name of the hash, then the hash. Null for what cannot be one, in any spelling: capitals, blanks
 * and lines between do not count.
 */
export function recoveryHash(typed: string): string | null {
  const text = typed.toLowerCase().replace(/[\s-]/gu, "");
  return /^[a-z2-7]{24}$/.test(text) ? `sha256:${createHash("sha256").update(text).digest("hex")}` : null;
}
