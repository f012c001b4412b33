import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "../errors.ts";

/**
 * Secrets at rest: AES-256-GCM under keys that are derived from `APP_SECRET` by HKDF-SHA-256 (RFC 5869), so that who has
 * the database alone reads nothing.
 *
 * A sealed text is `A256GCM.<key id>.<nonce>.<ciphertext and tag>`, base64url: it names its algorithm (as RFC 7518, 5.3 does),
 * so that another one can follow while texts under this one are still there. The key's id says which secret opens it, and with `APP_SECRET_OLD` what the secret before has sealed opens too, until `reseal` has brought it to the new one.
 */
export interface Secrets {
  /**
   * Seals a text.
   *
   * @param place what it belongs to, e.g. `webhook:3f2a`; bound to the text, so that nobody with the database can put one
   *   person's secret in another's place
   */
  seal(text: string, place: string): string;
  /**
   * Opens a sealed text.
   *
   * @param place the same as when it was sealed
   * @throws {AppError} `secret_unknown_key` when neither `APP_SECRET` nor `APP_SECRET_OLD` has sealed it;
   *   `secret_altered` when it was changed, or belongs to another place. Neither holds any of the text.
   */
  open(sealed: string, place: string): string;
  /** The same text under the present key; null when it is under it already. @throws as `open` */
  reseal(sealed: string, place: string): string | null;
}

const ALGORITHM = "A256GCM";
const SHAPE = /^A256GCM\.([0-9a-f]{8})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;
const TAG_BYTES = 16;

interface Key {
  id: string;
  bytes: Uint8Array;
}

/**
 * Secrets under `APP_SECRET`.
 *
 * @param secret what seals, 32 or more characters
 * @param old what sealed before, and only opens; null where there is none
 */
export function secretsOf(secret: string, old: string | null = null): Secrets {
  const present = keyOf(secret);
  const keys = new Map([...(old === null ? [] : [keyOf(old)]), present].map((key) => [key.id, key]));

  function partsOf(sealed: string): { key: Key; nonce: Uint8Array; body: Uint8Array } {
    const parts = SHAPE.exec(sealed);
    if (!parts) {
      throw new AppError("Cannot open a secret: it is not one that was sealed here", "secret_altered", "abort");
    }
    const [, id = "", nonce = "", body = ""] = parts;
    const key = keys.get(id);
    if (!key) {
      throw new AppError(
        `Cannot open a secret: the key ${id} that sealed it is not here. Set APP_SECRET_OLD to the secret of before.`,
        "secret_unknown_key",
        "fix_config",
      );
    }
    return { key, nonce: Buffer.from(nonce, "base64url"), body: Buffer.from(body, "base64url") };
  }

  function seal(text: string, place: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", present.bytes, nonce);
    cipher.setAAD(boundTo(present.id, place));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return [ALGORITHM, present.id, nonce.toString("base64url"), body.toString("base64url")].join(".");
  }

  function open(sealed: string, place: string): string {
    const { key, nonce, body } = partsOf(sealed);
    try {
      const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(key.id, place));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
    } catch {
      // what the library says is of no use to anybody, and must not lead a guesser
      throw new AppError("Cannot open a secret: it was changed, or belongs elsewhere", "secret_altered", "abort");
    }
  }

  return {
    seal,
    open,
    reseal: (sealed, place) => partsOf(sealed).key.id === present.id ? null : seal(open(sealed, place), place),
  };
}

const boundTo = (id: string, place: string) => new TextEncoder().encode(`${ALGORITHM}|${id}|${place}`);

/** Key and id come from the secret apart from each other, so that the id tells nothing about the key. */
function keyOf(secret: string): Key {
  const derive = (info: string, bytes: number) =>
    new Uint8Array(hkdfSync("sha256", secret, "tidemark", `secrets at rest, ${info}`, bytes));
  return { id: Buffer.from(derive("key id", 4)).toString("hex"), bytes: derive("AES-256-GCM", 32) };
}
