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
 * Cookies for a site. Over https their names begin with `__Host-`, as the session's does: browsers then accept them from this
 * very host only, and no other name is read. Plain http has no such prefix.
 *
 * @param https true where people come by https
 */
export function cookiesFor(https: boolean): CookieMaker {
  const whole = (name: string) => https ? `__Host-${name}` : name;
  const set = (name: string, value: string, seconds: number) =>
    `${whole(name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${https ? "; Secure" : ""}`;
  return {
    set,
    remove: (name) => set(name, "", 0),
    read(name, headers) {
      const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
      // a prefixed one can only have come by https, so that it is believed everywhere
      for (const begin of https ? [`__Host-${name}=`] : [`__Host-${name}=`, `${name}=`]) {
        const found = pairs.find((pair) => pair.startsWith(begin));
        if (found !== undefined) return found.slice(begin.length);
      }
      return null;
    },
  };
}
