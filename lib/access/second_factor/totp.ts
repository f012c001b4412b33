import { HOTP, Secret, TOTP } from "otpauth";

/** How long a code counts, in seconds (RFC 6238, 5.2), and its digits: what every authenticator app can do. */
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** How many time steps a clock may be off, either way: the authenticator's, or the time that typing takes. */
const STEPS_OFF = 1;
/** 160 bits, as long as the hash is (RFC 4226, 4). */
const KEY_BYTES = 20;

/** A new random key, base32: what an authenticator app and this program share. */
export function newKey(): string {
  return new Secret({ size: KEY_BYTES }).base32;
}

/** The time step of a time, counted from 1970: each has a code of its own. */
export function stepAt(at: Date): number {
  return TOTP.counter({ period: PERIOD_SECONDS, timestamp: at.getTime() });
}

/** The code of a key at a time step (RFC 6238 with HMAC-SHA-1). */
export function codeOf(key: string, step: number): string {
  return HOTP.generate({ secret: Secret.fromBase32(key), digits: DIGITS, counter: step });
}

/**
 * The time step that a typed code belongs to: the present one, or the one before or after it. Null when it is none of
 * theirs. Compares in constant time. Whether the step was used before is for the caller to ask.
 *
 * @param typed as typed; blanks do not count
 */
export function stepOf(key: string, typed: string, at: Date): number | null {
  const token = typed.replace(/\s/gu, "");
  if (!/^\d{6}$/.test(token)) return null;
  const secret = Secret.fromBase32(key);
  const delta = TOTP.validate({
    token,
    secret,
    digits: DIGITS,
    period: PERIOD_SECONDS,
    timestamp: at.getTime(),
    window: STEPS_OFF,
  });
  return delta === null ? null : stepAt(at) + delta;
}

/**
 * The address that an authenticator app reads from a QR code.
 *
 * @param account what the app shows beside “Tidemark”: the person's address
 */
export function keyUri(key: string, account: string): string {
  const secret = Secret.fromBase32(key);
  return new TOTP({ issuer: "Tidemark", label: account, secret, digits: DIGITS, period: PERIOD_SECONDS }).toString();
}
