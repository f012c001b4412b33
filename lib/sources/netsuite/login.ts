import type { LoginConfig } from "../../config.ts";
import { type Clock } from "../../clock.ts";
import type { Account } from "./account.ts";
import { openTokens, type TokenCheck } from "./oauth2.ts";
import { tbaSigner } from "./tba.ts";

/** A way to sign in: makes the `Authorization` header of one try. */
export interface Login {
  kind: "tba" | "oauth2";
  /**
   * The header for one request. Every try needs a new one.
   *
   * @throws {SignInDoubt} when no token is given to us
   */
  authorize(method: string, url: string, signal?: AbortSignal): Promise<string>;
  /**
   * Tells that a header was refused.
   *
   * @returns true when a new header may go well at once: the token had come to its end before its time
   */
  refused(header: string): boolean;
  /** Tries every certificate by itself; empty for token-based authentication, which has none. */
  tryCertificates(signal?: AbortSignal): Promise<TokenCheck[]>;
}

/** The login that the settings choose. Nothing is sent before the first header is asked for. */
export function openLogin(config: LoginConfig, account: Account, timeoutMs: number, clock: Clock): Login {
  if (config.kind === "tba") {
    const sign = tbaSigner({ realm: account.realm, ...config }, undefined, clock);
    return {
      kind: "tba",
      authorize: (method, url) => Promise.resolve(sign(method, url)),
      refused: () => false,
      tryCertificates: () => Promise.resolve([]),
    };
  }
  const tokens = openTokens(config, { tokenUrl: account.tokenUrl, timeoutMs, clock });
  return {
    kind: "oauth2",
    authorize: async (_method, _url, signal) => `Bearer ${await tokens.token(signal)}`,
    refused(header) {
      tokens.drop(header.slice("Bearer ".length));
      return true;
    },
    tryCertificates: (signal) => tokens.tryEach(signal),
  };
}
