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
