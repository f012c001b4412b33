import { BlockList, isIP } from "node:net";
import type { Context } from "../server/context.ts";
import type { Middleware } from "../server/types.ts";

/** Addresses and CIDR blocks, of IPv4 and IPv6. A denied address stays denied, whatever the other list says. */
export interface IpFilterRules {
  denyList?: string[];
  /** Once given, only these may pass. */
  allowList?: string[];
}

export interface IpFilterOptions<State = unknown> {
  /** Answers in place of the plain 403. */
  onBlocked?: (
    remote: { addr: string; type: Deno.NetAddr["transport"] | undefined },
    ctx: Context<State>,
  ) => Response | Promise<Response>;
}

/**
 * Lets only some addresses pass, by the address of the connection itself.
 *
 * @throws {TypeError} at once, for a rule that is neither an address nor a block
 */
export function ipFilter<State>(rules: IpFilterRules, options: IpFilterOptions<State> = {}): Middleware<State> {
  const denied = blockList(rules.denyList ?? []);
  const allowed = rules.allowList === undefined || rules.allowList.length === 0 ? null : blockList(rules.allowList);

  return async function filterAddresses(ctx) {
    const { remoteAddr } = ctx.info;
    const addr = "hostname" in remoteAddr ? remoteAddr.hostname : "";
    const version = isIP(addr);
    const family = version === 6 ? "ipv6" : "ipv4";
    const blocked = version === 0
      ? allowed !== null
      : denied.check(addr, family) || !(allowed?.check(addr, family) ?? true);
    if (!blocked) return await ctx.next();
    if (options.onBlocked === undefined) return new Response("Forbidden", { status: 403 });
    const type = remoteAddr.transport === "tcp" || remoteAddr.transport === "udp" ? remoteAddr.transport : undefined;
    return await options.onBlocked({ addr, type }, ctx);
  };
}

function blockList(rules: string[]): BlockList {
  const list = new BlockList();
  for (const rule of rules) {
    const [addr = "", bits] = rule.split("/");
    const version = isIP(addr);
    const max = version === 6 ? 128 : 32;
    const prefix = bits === undefined ? max : Number(bits);
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > max) {
      throw new TypeError(`Cannot filter by "${rule}": it must be an IP address or a block such as "10.0.0.0/8"`);
    }
    list.addSubnet(addr, prefix, version === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
