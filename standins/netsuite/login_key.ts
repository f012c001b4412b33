/** The client's half of OAuth 2.0 for who runs the stand-in by hand: a key in the data folder, made once. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Certificate } from "./oauth2.ts";

/** Under this id the client names its certificate. */
export const CERTIFICATE_ID = "stand-in-1";

/**
 * @param folder where the key is kept, as `netsuite-key.pem`; the folder must be there
 * @returns the mapping for the stand-in, and the file for the client
 * @throws {TypeError} when the file is there and holds no private key
 */
export function openLoginKey(folder: string): { certificate: Certificate; file: string } {
  const file = `${folder}/netsuite-key.pem`;
  let key: KeyObject;
  try {
    key = createPrivateKey(Deno.readTextFileSync(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new TypeError(`Cannot use ${file}: it must be a private key in PEM`, { cause: error });
    }
    key = generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey;
    Deno.writeTextFileSync(file, key.export({ type: "pkcs8", format: "pem" }).toString(), { mode: 0o600 });
  }
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  return { certificate: { id: CERTIFICATE_ID, publicKey }, file };
}
