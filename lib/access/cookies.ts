/** Makes and reads cookies of our own in one way: bound to this host, out of reach of scripts, sent by this site only. */
export interface CookieMaker {
  /** A whole `Set-Cookie` value. */
  set(name: string, value: string, seconds: number): string;
  /** A whole `Set-Cookie` value that removes it. */
  remove(name: string): string;
  /** Its value in the headers of a request; null without it. */
  read(name: string, headers: Headers): string | null;
}

/**
 * Cookies for a site at this address. Over https their names begin with `__Host-`, as the session's does: browsers then
 * accept them from this very host only. Plain http has no such prefix.
 *
 * @param publicUrl the setting; null where it is not told
 */
export function cookiesFor(publicUrl: string | null): CookieMaker {
  const https = publicUrl?.startsWith("https:") ?? false;
  const whole = (name: string) => https ? `__Host-${name}` : name;
  const set = (name: string, value: string, seconds: number) =>
    `${whole(name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${https ? "; Secure" : ""}`;
  return {
    set,
    remove: (name) => set(name, "", 0),
    read(name, headers) {
      const begin = `${whole(name)}=`;
      const found = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim())
        .find((pair) => pair.startsWith(begin));
      return found?.slice(begin.length) ?? null;
    },
  };
}
