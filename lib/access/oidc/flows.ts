import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Store } from "../../store/connect.ts";
import type { Secrets } from "../secrets.ts";

/** How long somebody may be away at the provider. */
export const FLOW_LASTS_MS = 10 * 60_000;

/** What is remembered of a sign-in while the person is at the provider. */
export interface Flow {
  /** Must come back in the ID token. */
  nonce: string;
  /** Shown to the provider when the code is redeemed (PKCE). */
  verifier: string;
  /** Where the person wanted to go: a path of this site. */
  next: string;
}

interface FlowDocument {
  /** SHA-256 of `state`, base64url: who reads the database can come back in nobody's place. */
  _id: string;
  /** SHA-256 of what the browser's cookie holds. */
  browser: string;
  /** {@link Flow} as JSON, sealed. */
  sealed: string;
  expiresAt: Date;
}

/** Sign-ins that are at the provider now. */
export interface Flows {
  /** Remembers one. @param browser what the browser's cookie holds. @returns the `state` that must come back */
  begin(flow: Flow, browser: string): Promise<string>;
  /**
   * Takes one out: it works once, also for those who try at the same time, for ten minutes, in the browser that began it.
   * Null for every other; one that is tried from another browser stays for its own.
   */
  take(state: string, browser: string): Promise<Flow | null>;
}

/** A text that nobody guesses: 32 random bytes, base64url. */
export const randomText = () => randomBytes(32).toString("base64url");

/** The collection of sign-ins at the provider, and what each is sealed to. */
export const OIDC_FLOWS = "access_oidc_flows";
export const flowPlace = (id: string) => `oidc flow:${id}`;

const hashOf = (text: string) => createHash("sha256").update(text).digest("base64url");
const Stored = z.object({ nonce: z.string(), verifier: z.string(), next: z.string() });

/** Keeps them in `access_oidc_flows`, from which the database removes what has ended. */
export async function openFlows(store: Store, secrets: Secrets, now: () => Date): Promise<Flows> {
  const flows = store.collection<FlowDocument>(OIDC_FLOWS);
  await flows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" });
  return {
    async begin(flow, browser) {
      const state = randomText();
      const _id = hashOf(state);
      await flows.insertOne({
        _id,
        browser: hashOf(browser),
        sealed: secrets.seal(JSON.stringify(flow), flowPlace(_id)),
        expiresAt: new Date(now().getTime() + FLOW_LASTS_MS),
      });
      return state;
    },
    async take(state, browser) {
      const _id = hashOf(state);
      const found = await flows.findOneAndDelete({ _id, browser: hashOf(browser), expiresAt: { $gt: now() } });
      if (found === null) return null;
      try {
        return Stored.parse(JSON.parse(secrets.open(found.sealed, flowPlace(_id))));
      } catch {
        return null; // sealed under an APP_SECRET that has changed since: begun anew, it works
      }
    },
  };
}
