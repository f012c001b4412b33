import { z } from "zod";
import type { SettingFault } from "./config_login.ts";

/** What of the settings says who is spoken to, and how. */
interface Addresses {
  PLAINTEXT_HOSTS: string[];
  MONGODB_URI: string;
  NETSUITE_BASE_URL?: string | undefined;
  ALERT_WEBHOOK_URL?: string | undefined;
  BREACHED_PASSWORDS?: string | undefined;
  OTEL_DENO?: string | undefined;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
}

/** The settings of unencrypted connections, to be checked with all others. */
export const PLAINTEXT_ENV = {
  PLAINTEXT_HOSTS: z.string().default("").transform((text) =>
    text.split(",").map((one) => one.trim().toLowerCase()).filter((one) => one !== "")
  ).pipe(
    z.array(
      z.string().regex(/^[a-z0-9_.-]+$|^\[?[0-9a-f:.]+\]?$/, "must be hosts without ports, with commas between them"),
    ),
  ),
  OTEL_DENO: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
};

/** True for this very machine, where nobody can listen in between. Names below `localhost` never leave it (RFC 6761). */
export function isThisMachine(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(hostname);
}

/** True where passwords and rows may be sent without TLS: on this machine, and to hosts that the settings name. */
export function mayBePlain(hostname: string, plaintextHosts: readonly string[]): boolean {
  const bare = (host: string) => host.toLowerCase().replace(/^\[|\]$/g, "");
  return isThisMachine(hostname) || plaintextHosts.some((one) => bare(one) === bare(hostname));
}

/**
 * Connections that would leave this machine without TLS, or with certificates that nobody looks at. A network that is private
 * otherwise (containers of one host, a VPN) is named host by host in `PLAINTEXT_HOSTS`.
 */
export function plaintextFaults(e: Addresses): SettingFault[] {
  const faults: SettingFault[] = [];
  const open = (hosts: string[]) => hosts.filter((host) => !mayBePlain(host, e.PLAINTEXT_HOSTS));
  const refuse = (name: string, hosts: string[], instead: string) => {
    const [host] = open(hosts);
    if (host === undefined) return;
    const how = `or name ${host} in PLAINTEXT_HOSTS, where the network between is private otherwise`;
    faults.push({ name, says: `would speak to ${host} without encryption: ${instead}, ${how}` });
  };

  const { hosts, isEncrypted, unchecked } = mongoAddress(e.MONGODB_URI);
  if (!isEncrypted) refuse("MONGODB_URI", hosts, "add tls=true to the address");
  else if (unchecked !== null && open(hosts).length > 0) {
    faults.push({
      name: "MONGODB_URI",
      says:
        `has ${unchecked}, so that anybody could pose as the database: take it out, and trust the server's own authority with DENO_CERT or tlsCAFile`,
    });
  }
  const urls = {
    NETSUITE_BASE_URL: e.NETSUITE_BASE_URL,
    ALERT_WEBHOOK_URL: e.ALERT_WEBHOOK_URL,
    BREACHED_PASSWORDS: e.BREACHED_PASSWORDS,
    OTEL_EXPORTER_OTLP_ENDPOINT: e.OTEL_DENO === "true" ? e.OTEL_EXPORTER_OTLP_ENDPOINT : undefined,
  };
  for (const [name, text] of Object.entries(urls)) {
    const url = URL.parse(text ?? "");
    if (url?.protocol === "http:") refuse(name, [url.hostname], "give an https address");
  }
  return faults;
}

/** Who a connection string speaks to, and how. Sockets of the file system are this machine. */
function mongoAddress(uri: string): { hosts: string[]; isEncrypted: boolean; unchecked: string | null } {
  const [, srv, list = "", query = ""] =
    /^mongodb(\+srv)?:\/\/(?:[^/@]*@)?([^/?]*)(?:\/[^?]*)?(?:\?(.*))?$/.exec(uri) ?? [];
  const options = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value.toLowerCase()]),
  );
  const told = options.get("tls") ?? options.get("ssl");
  const weak = ["tlsInsecure", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames"];
  return {
    hosts: list.split(",").filter((host) => host !== "" && !/%2f/i.test(host)).map((host) => host.replace(/:\d+$/, "")),
    isEncrypted: told === undefined ? srv !== undefined : told === "true",
    unchecked: weak.find((name) => options.get(name.toLowerCase()) === "true") ?? null,
  };
}
