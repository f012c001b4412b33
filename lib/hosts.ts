import type { Config } from "./config.ts";
import { mailServer } from "./mail/mailer.ts";
import { accountOf } from "./sources/netsuite/account.ts";

/** The programs that reach the network, by the names of their tasks. */
export const PROGRAMS = ["app", "sync", "audit", "secrets"] as const;
/** One of {@link PROGRAMS}. */
export type Program = (typeof PROGRAMS)[number];

/** One place on the network that a program may reach, or listen on. */
export interface Reach {
  /** `host`, `host:port`, or `*.domain`, as `--allow-net` takes it. */
  host: string;
  /** What is spoken there: a line of docs/connections.md. */
  what:
    | "own address"
    | "NetSuite"
    | "MongoDB"
    | "name server"
    | "mail"
    | "webhook"
    | "provider"
    | "breached passwords"
    | "EXTRA_HOSTS";
}

/**
 * Providers whose tokens and keys are not at the address of their name, as their discovery documents say. Of any other such
 * provider the hosts stand in `EXTRA_HOSTS`; the log names what is missing.
 */
const PROVIDER_HOSTS: Readonly<Record<string, readonly string[]>> = {
  "accounts.google.com": ["oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"],
  "login.microsoftonline.com": ["graph.microsoft.com"],
};

/**
 * Everything that a program reaches with these settings. Deno itself refuses every other host (`--allow-net`).
 *
 * Not known from settings are: members of a replica set that `MONGODB_URI` does not name (name all of them, or put the others
 * into `EXTRA_HOSTS`), and the members behind `mongodb+srv://`, for which their domain stands: the driver takes no member
 * from outside of it. Redirects are followed nowhere. The collector of OpenTelemetry is reached by Deno, not by the program.
 *
 * @param nameServers those of the system; asked by the program itself only for `mongodb+srv://`
 */
export function hostsOf(config: Config, program: Program, nameServers: readonly string[]): Reach[] {
  const reached = mongoHosts(config.mongoUri, nameServers);
  if (program === "app" || program === "sync") {
    const { accountId, baseUrl } = config.netsuite;
    reached.push({ host: hostOf(accountOf(accountId, baseUrl).baseUrl), what: "NetSuite" });
  }
  if (program === "app") {
    const { host, port } = config;
    if (config.role !== "worker") reached.push({ host: withPort(host, port), what: "own address" });
    if (config.mail) {
      const { hostname, port } = mailServer(config.mail.smtpUrl);
      reached.push({ host: `${hostname}:${port}`, what: "mail" });
    }
    const { breachedUrl } = config.passwords;
    if (breachedUrl) reached.push({ host: hostOf(breachedUrl), what: "breached passwords" });
    if (config.alerts.webhook) reached.push({ host: hostOf(config.alerts.webhook.url), what: "webhook" });
    if (config.oidc && config.role !== "worker") {
      const { hostname } = new URL(config.oidc.issuer);
      const more = (Object.hasOwn(PROVIDER_HOSTS, hostname) ? PROVIDER_HOSTS[hostname]! : []).map((one) =>
        `${one}:443`
      );
      reached.push(...[hostOf(config.oidc.issuer), ...more].map((host): Reach => ({ host, what: "provider" })));
    }
  }
  reached.push(...config.extraHosts.map((host): Reach => ({ host, what: "EXTRA_HOSTS" })));
  return reached;
}

/** The hosts of a connection string; sockets of the file system are none. */
function mongoHosts(uri: string, nameServers: readonly string[]): Reach[] {
  const [, srv, list = ""] = /^mongodb(\+srv)?:\/\/(?:[^/@]*@)?([^/?]*)/.exec(uri) ?? [];
  const names = list.split(",").filter((name) => name !== "" && !/%2F/i.test(name));
  if (!srv) {
    return names.map((name) => ({ host: /:\d+$/.test(name) ? name : `${name}:27017`, what: "MongoDB" }));
  }
  return [
    ...names.map((name): Reach => {
      const labels = name.split("."); // the driver's own rule for what may stand behind such a name
      return { host: `*.${labels.length < 3 ? name : labels.slice(1).join(".")}`, what: "MongoDB" };
    }),
    ...nameServers.map((server): Reach => ({ host: nameServer(server), what: "name server" })),
  ];
}

function nameServer(address: string): string {
  return /^\[|^[^:]+:\d+$/.test(address) ? address : withPort(address, 53);
}

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
}

function withPort(host: string, port: number): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]:${port}` : `${host}:${port}`;
}
