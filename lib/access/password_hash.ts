import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** How much work one hash is. */
interface Work {
  /** Cost: memory is 128 × N × r bytes. */
  N: number;
  r: number;
  p: number;
}

/**
 * What new hashes cost: one of the settings that OWASP's Password Storage Cheat Sheet gives for scrypt (32 MiB, 3 passes). Raise it
 * here as machines grow: each stored hash says what it was made with, and is made anew at its owner's next sign-in.
 */
export const WORK: Work = { N: 2 ** 15, r: 8, p: 3 };

/** What hashes without a word about themselves were made with, `salt:key`; the salt went in as its text. */
const FORMER: Work = { N: 2 ** 14, r: 16, p: 1 };
const KEY_BYTES = 64;

/** Hashes a password to keep it: `scrypt$N$r$p$salt$key`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, WORK);
  return ["scrypt", WORK.N, WORK.r, WORK.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether a password is the one that was hashed. False for whatever is no hash of ours. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const kept = read(hash);
  if (kept === null) return false;
  const key = await derive(password, kept.salt, kept.work);
  return timingSafeEqual(key, kept.key);
}

/** True for a hash that costs something else than new ones do. */
export function isOutdated(hash: string): boolean {
  const work = read(hash)?.work;
  return work === undefined || work === FORMER || work.N !== WORK.N || work.r !== WORK.r || work.p !== WORK.p;
}

function read(hash: string): { work: Work; salt: string | Uint8Array; key: Uint8Array } | null {
  const former = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(hash);
  if (former) return { work: FORMER, salt: former[1]!, key: new Uint8Array(Buffer.from(former[2]!, "hex")) };
  const [kind, N, r, p, salt = "", key = ""] = hash.split("$");
  const work = { N: Number(N), r: Number(r), p: Number(p) };
  const bytes = new Uint8Array(Buffer.from(key, "base64url"));
  // a stored hash that asks for more than this was not made here, and would only take memory
  const isSane = Object.values(work).every((one) => Number.isSafeInteger(one) && one >= 1) &&
    work.N * work.r <= 2 ** 20;
  if (kind !== "scrypt" || !isSane || work.p > 16 || bytes.length !== KEY_BYTES) return null;
  return { work, salt: new Uint8Array(Buffer.from(salt, "base64url")), key: bytes };
}

function derive(password: string, salt: string | Uint8Array, { N, r, p }: Work): Promise<Buffer> {
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((done, failed) =>
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) => error ? failed(error) : done(key))
  );
}
