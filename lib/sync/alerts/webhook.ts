import { createHmac } from "node:crypto";
import { AppError } from "../../errors.ts";
import type { Send } from "./deliver.ts";

const TIMEOUT_MS = 10_000;

/**
 * Sends alerts as JSON to an address, signed, so that the receiver knows who speaks and that nothing was changed or
 * sent again later.
 *
 * `X-Tidemark-Signature: t=1764000000,v1=…`, where `v1` is the HMAC-SHA256 of the time, a dot and the body, in hex.
 * Redirects are not followed: the signed text would go to an address that nobody has set.
 */
export function webhookSender({ url, secret }: { url: string; secret: string }, now: () => Date): Send {
  const host = new URL(url).host; // paths of webhooks are often their only secret
  return async (message) => {
    const body = JSON.stringify(message), time = Math.floor(+now() / 1000);
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          "Content-Type": "application/json",
          "User-Agent": "Tidemark",
          "X-Tidemark-Event": message.event,
          "X-Tidemark-Delivery": message.id,
          "X-Tidemark-Signature": `t=${time},v1=${signatureOf(secret, time, body)}`,
        },
        body,
      });
    } catch (error) { // its message names the whole address
      const why = error instanceof DOMException && error.name === "TimeoutError"
        ? `no answer in ${TIMEOUT_MS / 1000} s`
        : "it cannot be reached";
      throw refused(host, why);
    }
    await response.body?.cancel();
    if (response.status >= 300 && response.status < 400) {
      throw refused(host, `it answers ${response.status} and points elsewhere. Give the final address`);
    }
    if (!response.ok) throw refused(host, `it answers ${response.status}`);
  };
}

/** What signs a body: HMAC-SHA256 of `time.body`, in hex. */
export function signatureOf(secret: string, time: number, body: string): string {
  return createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
}

function refused(host: string, why: string): AppError {
  return new AppError(`The webhook at ${host} did not take the message: ${why}`, "alert_not_sent", "retry");
}
