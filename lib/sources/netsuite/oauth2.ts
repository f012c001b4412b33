import { importPKCS8, SignJWT } from "jose";
import type { CertificateConfig, OAuth2Config } from "../../config.ts";
import type { Clock } from "../../clock.ts";
import { AppError, messageOf } from "../../errors.ts";
import { logOf } from "../../log.ts";
import { dateOf, errorOf, SignInDoubt } from "./answers.ts";
import { broken, exchange, parseAnswer } from "./http.ts";

/** What asking for tokens needs. */
export interface TokenParts {
  tokenUrl: string;
  timeoutMs: number;
  clock: Clock;
}

/** Whether one certificate is taken. */
export interface TokenCheck {
  certificateId: string;
  error: AppError | null;
}

/** Access tokens by client credentials. */
export interface Tokens {
  /**
   * A token that is good now. Asked for once, however many callers wait.
   *
   * @throws {SignInDoubt} when no certificate is taken; other errors by what to do next
   */
  token(signal?: AbortSignal): Promise<string>;
  /** Forgets a token that NetSuite refused, unless another one has taken its place already. */
  drop(token: string): void;
  /** Asks for a token with each certificate. */
  tryEach(signal?: AbortSignal): Promise<TokenCheck[]>;
}

interface Token {
  text: string;
  renewAt: number;
  endsAt: number;
}

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** NetSuite takes up to an hour; a short life makes a caught assertion worthless soon. */
const ASSERTION_SECONDS = 300;
/** A token is renewed when this share of its life is over, while it still works. */
const RENEW_AT = 0.8;
const ASKED = "an access token";
/** How often a token that has ended on its way is asked for again. */
const MOST_RENEWALS = 3;

/**
 * Opens the token cache of one integration (docs/netsuite.md 2.4). There is no refresh token: a new one is asked for with a
 * signed assertion. While the old one lives, renewing makes nobody wait, and a failed renewal harms nobody.
 *
 * With two certificates the one that was taken last is tried first, then the other: one that has expired, or is not yet
 * known to NetSuite, costs no request of ours.
 */
export function openTokens(config: OAuth2Config, parts: TokenParts): Tokens {
  const { tokenUrl, timeoutMs, clock } = parts;
  const log = logOf("netsuite");
  let certificates = [...config.certificates];
  let current: Token | null = null;
  let renewing: Promise<Token> | null = null;

  async function ask(certificate: CertificateConfig): Promise<Token> {
    const askedAt = +clock.now();
    const assertion = await assertionOf(config.clientId, certificate, tokenUrl, clock.now());
    const answer = await exchange({
      method: "POST",
      url: tokenUrl,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion,
      }).toString(),
    }, { asked: ASKED, timeoutMs });
    // a bad assertion, an unknown id, an expired certificate and a mapping that is switched off are not told apart
    if (answer.status === 400 || answer.status === 401) throw new SignInDoubt(dateOf(answer));
    if (answer.status < 200 || answer.status > 299) throw errorOf(ASKED, answer, clock.now());
    const { access_token: text, expires_in } = parseAnswer(answer.body, ASKED) ?? {};
    const seconds = Number(expires_in);
    if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text) || !(seconds > 0)) {
      throw broken(ASKED, "an answer without a token");
    }
    return { text, renewAt: askedAt + seconds * 1000 * RENEW_AT, endsAt: askedAt + seconds * 1000 };
  }

  async function askAny(): Promise<Token> {
    let last: unknown;
    for (const certificate of certificates) {
      try {
        const token = await ask(certificate);
        certificates = [certificate, ...certificates.filter((other) => other !== certificate)];
        return token;
      } catch (error) {
        if (!(error instanceof SignInDoubt)) throw error;
        last = error;
        if (certificates.length > 1) log.warning("A certificate was not taken", { certificate: certificate.id });
      }
    }
    throw last;
  }

  /** The one renewal that is under way. It belongs to nobody, so nobody's abort ends it. */
  function renew(): Promise<Token> {
    renewing ??= askAny().then((token) => current = token).finally(() => renewing = null);
    return renewing;
  }

  return {
    async token(signal) {
      for (let tries = 1;; tries++) {
        const now = +clock.now();
        if (current && now < current.endsAt) {
          if (now >= current.renewAt) {
            renew().catch((error) => log.warning("The token could not be renewed yet", { error: messageOf(error) }));
          }
          return current.text;
        }
        const renewed = await orAborted(renew(), signal);
        // a renewal that was under way while this machine slept brings a token that has ended meanwhile
        if (+clock.now() < renewed.endsAt) return renewed.text;
        if (tries === MOST_RENEWALS) throw broken(ASKED, "tokens that end before they can be used");
      }
    },
    drop(token) {
      if (current?.text === token) current = null;
    },
    async tryEach(signal) {
      const checks: TokenCheck[] = [];
      for (const certificate of config.certificates) {
        signal?.throwIfAborted();
        const error = await ask(certificate).then(() => null, (error) => {
          if (error instanceof AppError) return error;
          throw error;
        });
        checks.push({ certificateId: certificate.id, error });
      }
      return checks;
    },
  };
}

/** The signed statement that we are who we are. User and role come from the certificate's mapping, so there is no `sub`. */
async function assertionOf(clientId: string, certificate: CertificateConfig, aud: string, now: Date): Promise<string> {
  const { id, privateKey, algorithm } = certificate;
  const seconds = Math.floor(+now / 1000);
  return await new SignJWT({ scope: ["rest_webservices"], jti: crypto.randomUUID() })
    .setProtectedHeader({ typ: "JWT", alg: algorithm, kid: id })
    .setIssuer(clientId)
    .setAudience(aud)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ASSERTION_SECONDS)
    .sign(await importPKCS8(privateKey, algorithm));
}

function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => {}); // awaited below, unless the signal fires first
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
