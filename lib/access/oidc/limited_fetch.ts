import type { CustomFetch } from "openid-client";
import { isSafeAddress } from "../../config_oidc.ts";
import { OidcError } from "./refusal.ts";

/** How long one request to the provider may take, its answer's body included, in seconds. */
export const PROVIDER_SECONDS = 10;

/** How large an answer of the provider may be. Discovery documents and key sets have some kilobytes. */
export const MOST_ANSWER_BYTES = 512 * 1024;

/**
 * Asks the provider, with limits: https only (but for this very machine), whatever the discovery document names; no redirect
 * is followed; an answer that is too large is not read to its end. The time limit comes with `options.signal`.
 *
 * @throws {OidcError} `bad_answer`
 */
export const limitedFetch: CustomFetch = async (url, options) => {
  if (!isSafeAddress(url)) throw new OidcError("bad_answer", "the provider names an address that is not https");
  const { body, headers, method, signal } = options;
  const answer = await fetch(url, { body: body as BodyInit | undefined, headers, method, signal, redirect: "manual" })
    .catch((error) => {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      throw new OidcError("provider_away", `Deno lets nobody reach ${new URL(url).host}: name it in EXTRA_HOSTS`);
    });
  const bytes = await readAtMost(answer, MOST_ANSWER_BYTES);
  return new Response(bytes.length === 0 ? null : bytes, {
    status: answer.status,
    statusText: answer.statusText,
    headers: answer.headers,
  });
};

async function readAtMost(answer: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > most) throw new OidcError("bad_answer", "an answer of the provider is too large"); // leaving cancels it
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
