/** Request header that carries the caller's address to the account library. Whatever a caller puts there is dropped. */
export const ADDRESS_HEADER = "x-tidemark-address";

/**
 * The address a request came from, as far as it can be trusted: limits are counted per address, so a caller must not be
 * able to choose it.
 *
 * Without a proxy it is the peer of the connection. Behind one (`TRUST_PROXY=on`) it is the *last* entry of
 * `X-Forwarded-For`, the one which our own proxy added; the entries before it are the caller's own words.
 *
 * @param peer the other end of the connection, null where it is not known (a unix socket, a test)
 * @returns an IP address without a port, or null when there is none
 */
export function callerAddress(peer: string | null, headers: Headers, trustProxy: boolean): string | null {
  if (!trustProxy) return peer;
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  if (!last) return peer;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(last)?.[1];
  return bracketed ?? (/^[\d.]+:\d+$/.test(last) ? last.slice(0, last.indexOf(":")) : last);
}

/** The peer's address of a connection as the server reports it. */
export function peerOf(info: Deno.ServeHandlerInfo | undefined): string | null {
  const remote = info?.remoteAddr;
  return remote && "hostname" in remote ? remote.hostname : null;
}

/**
 * What limits are counted by: an IPv4 address, or the network of 64 bits that an IPv6 address lies in. One line into a house
 * has that many addresses of its own, and each of them would have tries of its own.
 *
 * @param address as {@link callerAddress} gives it; null and what is no address are counted together, under `unknown`
 */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  if (/^\d+(?:\.\d+){3}$/.test(address)) return address;
  const host = URL.parse(`http://[${address.replace(/%.*$/, "")}]`)?.hostname; // the one spelling of an IPv6 address
  if (host === undefined) return "unknown";
  const [before, after] = host.slice(1, -1).split("::").map((half) => half === "" ? [] : half.split(":"));
  const zeros = Array.from({ length: after === undefined ? 0 : 8 - before!.length - after.length }, () => "0");
  const groups = [...before!, ...zeros, ...after ?? []];
  if (groups.slice(0, 6).join() !== "0,0,0,0,0,ffff") return `${groups.slice(0, 4).join(":")}::/64`;
  return groups.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join(".");
}
