import { FLOW_LASTS_MS } from "./flows.ts";

/**
 * The cookie that ties a sign-in at the provider to the browser that began it. `SameSite=Lax`: coming back from the provider is
 * a navigation from another site, which `Strict` would keep it from.
 *
 * @param https where people come by https it is bound to this very host by its name (`__Host-`)
 */
export function browserCookie(https: boolean) {
  const name = `${https ? "__Host-" : ""}tidemark.oidc`;
  const set = (value: string, seconds: number) =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${https ? "; Secure" : ""}`;
  return {
    set: (value: string) => set(value, FLOW_LASTS_MS / 1000),
    clear: () => set("", 0),
    /** What the browser brings back; null for nothing, and for what was not made here. */
    read(headers: Headers): string | null {
      for (const pair of (headers.get("cookie") ?? "").split(";")) {
        const [key, value = ""] = pair.trim().split("=", 2);
        if (key === name && /^[\w-]{43}$/.test(value)) return value;
      }
      return null;
    },
  };
}
