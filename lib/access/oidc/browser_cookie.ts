import type { CookieMaker } from "../cookies.ts";
import { FLOW_LASTS_MS } from "./flows.ts";

const NAME = "tidemark.oidc";

/**
 * The cookie that ties a sign-in at the provider to the browser that began it. `SameSite=Lax`: coming back from the provider is
 * a navigation from another site, which `Strict` would keep it from.
 */
export function browserCookie(cookies: CookieMaker) {
  return {
    set: (value: string) => cookies.set(NAME, value, FLOW_LASTS_MS / 1000),
    clear: () => cookies.remove(NAME),
    /** What the browser brings back; null for nothing, and for what was not made here. */
    read(headers: Headers): string | null {
      const value = cookies.read(NAME, headers);
      return value !== null && /^[\w-]{43}$/.test(value) ? value : null;
    },
  };
}
