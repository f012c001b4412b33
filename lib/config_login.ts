import { Buffer } from "node:buffer";
import { createPrivateKey, type KeyObject } from "node:crypto";

/** How this program signs in to NetSuite. */
export type LoginConfig = TbaConfig | OAuth2Config;

/** Token-based authentication: four secrets that do not expire by themselves. */
export interface TbaConfig {
  kind: "tba";
  consumerKey: string;
  consumerSecret: string;
  tokenId: string;
  tokenSecret: string;
}

/** OAuth 2.0 client credentials: a key of ours, whose certificate NetSuite has. */
export interface OAuth2Config {
  kind: "oauth2";
  clientId: string;
  /** One, or two while one takes the other's place. */
  certificates: CertificateConfig[];
}

/** A private key, with the id that NetSuite gave its certificate. */
export interface CertificateConfig {
  id: string;
  /** PKCS #8, PEM. */
  privateKey: string;
  algorithm: "PS256" | "ES256" | "ES384" | "ES512";
}

/** A setting that is wrong; never its value. */
export interface SettingFault {
  name: string;
  says: string;
}

type Env = Record<string, string | undefined>;

const TBA: Record<string, [field: keyof Omit<TbaConfig, "kind">, what: string]> = {
  NETSUITE_CONSUMER_KEY: ["consumerKey", "the consumer key of the integration record"],
  NETSUITE_CONSUMER_SECRET: ["consumerSecret", "the consumer secret of the integration record"],
  NETSUITE_TOKEN_ID: ["tokenId", "the id of the access token"],
  NETSUITE_TOKEN_SECRET: ["tokenSecret", "the secret of the access token"],
};
const OAUTH2: Record<string, string> = {
  NETSUITE_CLIENT_ID: "the client id of the integration record",
  NETSUITE_CERTIFICATE_ID: "the certificate id shown under OAuth 2.0 Client Credentials Setup",
  NETSUITE_PRIVATE_KEY: "the private key of the certificate: PEM, or the path of a PEM file",
};
const SECOND = ["NETSUITE_CERTIFICATE_ID_2", "NETSUITE_PRIVATE_KEY_2"] as const;

/**
 * Reads the settings of the sign-in: exactly one way must be told, whole.
 *
 * `NETSUITE_AUTH` says which; without it, the settings that are there do. Settings of the other way are a fault: nobody
 * should have to wonder which login is in use, and a login that is not used should not lie around.
 */
export function readLogin(env: Env): { login: LoginConfig | null; faults: SettingFault[] } {
  const faults: SettingFault[] = [];
  const fault = (name: string, says: string) => void faults.push({ name, says });
  const tba = Object.keys(TBA).filter((name) => env[name]);
  const oauth2 = [...Object.keys(OAUTH2), ...SECOND].filter((name) => env[name]);
  const kind = env.NETSUITE_AUTH ?? (tba.length === 0 && oauth2.length > 0 ? "oauth2" : "tba");
  if (kind !== "tba" && kind !== "oauth2") {
    fault("NETSUITE_AUTH", "must be tba (token-based authentication) or oauth2 (client credentials)");
    return { login: null, faults };
  }
  const foreign = kind === "tba" ? oauth2 : tba;
  for (const name of foreign) {
    const other = kind === "tba" ? "OAuth 2.0" : "token-based authentication";
    fault(name, `belongs to ${other}, but ${kind} is in use: remove it, so that exactly one login is configured`);
  }
  const login = kind === "tba" ? readTba(env, fault) : readOAuth2(env, fault);
  return { login: faults.length > 0 ? null : login, faults };
}

type TellFault = (name: string, says: string) => void;

function readTba(env: Env, fault: TellFault): TbaConfig {
  const read: TbaConfig = { kind: "tba", consumerKey: "", consumerSecret: "", tokenId: "", tokenSecret: "" };
  for (const [name, [field, what]] of Object.entries(TBA)) {
    const value = env[name]?.trim();
    if (value) read[field] = value;
    else fault(name, `is missing: ${what}`);
  }
  return read;
}

function readOAuth2(env: Env, fault: TellFault): OAuth2Config {
  for (const [name, what] of Object.entries(OAUTH2)) if (!env[name]) fault(name, `is missing: ${what}`);
  if (Boolean(env[SECOND[0]]) !== Boolean(env[SECOND[1]])) {
    fault(env[SECOND[0]] ? SECOND[1] : SECOND[0], "is missing: the second certificate needs its id and its key");
  }
  const certificates = ["", "_2"].flatMap((suffix): CertificateConfig[] => {
    const id = env[`NETSUITE_CERTIFICATE_ID${suffix}`]?.trim(),
      name = `NETSUITE_PRIVATE_KEY${suffix}`,
      given = env[name];
    if (!id || !given) return [];
    try {
      return [{ id, ...readKey(given) }];
    } catch (error) {
      fault(name, error instanceof KeyFault ? error.message : "cannot be read as a private key");
      return [];
    }
  });
  if (certificates.length === 2 && certificates[0]!.id === certificates[1]!.id) {
    fault(SECOND[0], "is the same as NETSUITE_CERTIFICATE_ID: the second pair is for another certificate");
  }
  return { kind: "oauth2", clientId: env.NETSUITE_CLIENT_ID?.trim() ?? "", certificates };
}

class KeyFault extends Error {}

const CURVES: Record<string, CertificateConfig["algorithm"]> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

/** A PEM text (line breaks may be written `\n`), or the path of a PEM file; RSA signs PS256, a curve its own ES. */
function readKey(given: string): Pick<CertificateConfig, "privateKey" | "algorithm"> {
  const pem = given.includes("-----BEGIN") ? given.replaceAll("\\n", "\n") : readFile(given.trim());
  if (/ENCRYPTED/.test(pem)) {
    throw new KeyFault(
      "is protected by a passphrase: write one without, e.g. with openssl pkey -in key.pem -out plain.pem",
    );
  }
  if (/BEGIN (CERTIFICATE|PUBLIC KEY)/.test(pem) && !/PRIVATE KEY/.test(pem)) {
    throw new KeyFault("is a certificate or public key: the private key is meant, which stays with you");
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new KeyFault("cannot be read as a private key: it must be PEM, BEGIN PRIVATE KEY");
  }
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  const algorithm = key.asymmetricKeyType === "rsa" ? "PS256" : CURVES[namedCurve];
  if (!algorithm) throw new KeyFault("must be an RSA key, or of the curve P-256, P-384 or P-521");
  if (algorithm === "PS256" && modulusLength < 2048) {
    throw new KeyFault(`is an RSA key of ${modulusLength} bits: NetSuite takes 2,048 or more`);
  }
  if (algorithm === "PS256") refuseWeakRsa(key, modulusLength);
  return { privateKey: key.export({ type: "pkcs8", format: "pem" }).toString(), algorithm };
}

/**
 * Refuses what FIPS 186-5 forbids keys to be (A.1.1): a small exponent, and two primes so near to one another that the modulus falls
 * apart (Fermat's way). openssl makes no such keys; other tools have.
 */
function refuseWeakRsa(key: KeyObject, bits: number): void {
  const { publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (publicExponent < 65_537n) {
    throw new KeyFault(`is an RSA key with the exponent ${publicExponent}: make one with 65,537, as openssl does`);
  }
  const { p = "", q = "" } = key.export({ format: "jwk" });
  const [one, other] = [p, q].map((text) => BigInt(`0x${Buffer.from(text, "base64url").toString("hex") || "0"}`)) as [
    bigint,
    bigint,
  ];
  const apart = one > other ? one - other : other - one;
  if (apart < 1n << BigInt(Math.floor(bits / 2) - 100)) {
    throw new KeyFault(
      "is an RSA key whose primes are so near to one another that it can be broken: make another one with openssl",
    );
  }
}

function readFile(path: string): string {
  // asked first, so that Deno does not stop the start with a question
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") {
    throw new KeyFault(
      "is no PEM key, and no file below the program's folder, /run/secrets or /run/credentials, which is all that it may read",
    );
  }
  try {
    return Deno.readTextFileSync(path);
  } catch {
    throw new KeyFault("is neither a PEM key nor the path of a file that can be read");
  }
}
