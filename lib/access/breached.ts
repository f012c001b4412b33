import { createHash } from "node:crypto";
import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";

/** How long is waited for an answer: somebody sits before a form. */
const TIMEOUT_MS = 2_000;
/** No range is larger: about 1,000 lines of 40 signs, padding included. */
const MOST_BYTES = 1_000_000;

/**
 * How often a password occurs in known breaches. Only the first five signs of its SHA-1 leave: each range has hundreds of others
 * in it, and the answer is padded, so that neither its reader nor its length tells which one was meant.
 *
 * @param url of a range service such as https://api.pwnedpasswords.com/range/; the five signs are put behind it
 * @returns 0 also when nobody could be asked: that is logged, and keeps nobody from choosing a password
 * @see https://haveibeenpwned.com/API/v3#PwnedPasswords
 */
export async function countBreaches(url: string, password: string, timeoutMs = TIMEOUT_MS): Promise<number> {
  const hash = createHash("sha1").update(password, "utf8").digest("hex").toUpperCase();
  try {
    const response = await fetch(`${url}${hash.slice(0, 5)}`, {
      redirect: "error",
      headers: { "Add-Padding": "true", "User-Agent": "Tidemark" },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answers ${response.status}`);
    }
    for (const line of (await textOf(response)).split(/\r?\n/)) {
      const [rest, count] = line.split(":");
      if (rest?.toUpperCase() === hash.slice(5)) return Number(count) || 0; // padding has the count 0
    }
    return 0;
  } catch (error) {
    const why = error instanceof DOMException ? `no answer in ${timeoutMs / 1000} s` : messageOf(error).slice(0, 200);
    logOf("access").warn("Breached passwords could not be asked for: {why}. The password was taken", {
      why: why.replaceAll(hash.slice(0, 5), "…"),
    });
    return 0;
  }
}

/** Reads an answer, up to what an honest one can have. */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MOST_BYTES) throw new Error("its answer has no end");
  }
  return text;
}
