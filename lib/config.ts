import { z } from "zod";
import { ALERT_ENV, ALERT_TOGETHER, type AlertConfig, alertConfig } from "./config_alerts.ts";
import { type LoginConfig, readLogin } from "./config_login.ts";
import { faultsAroundOidc, OIDC_ENV, OIDC_TOGETHER, type OidcConfig, oidcConfig } from "./config_oidc.ts";
import { withFiles } from "./config_files.ts";
import { mayBePlain, PLAINTEXT_ENV, plaintextFaults } from "./config_plaintext.ts";
import { AppError } from "./errors.ts";
import type { PasswordConfig } from "./access/password_check.ts";
import type { MailConfig } from "./mail/mailer.ts";

export type { AlertConfig } from "./config_alerts.ts";
export type { OidcConfig, RolesByClaim } from "./config_oidc.ts";
export type { CertificateConfig, LoginConfig, OAuth2Config, TbaConfig } from "./config_login.ts";

const word = z.enum(["on", "off"]); // a word, since coercing "false" to a boolean gives true
const seconds = (least: number, most: number, usual: number) => z.coerce.number().min(least).max(most).default(usual);

/** What the smallest account allows: the limit until NetSuite tells another one. */
export const USUAL_CONCURRENCY = 5;

const Env = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65535).default(8000),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: "must be an address such as https://tidemark.example.com" })
    .optional(),
  EXTRA_HOSTS: z.string().transform((text) => text.split(",").map((one) => one.trim()).filter((one) => one !== ""))
    .pipe(z.array(
      z.string().regex(
        /^(?:(?:\*\.)?(?:[a-z0-9_-]+\.)*[a-z0-9_-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i,
        "must be hosts with commas between them, e.g. mongo-2.example.com:27017, *.example.com",
      ),
    )).default([]),
  TRUST_PROXY: word.default("off"),
  BODY_SECONDS: seconds(1, 600, 30),
  APP_SECRET: z.string({ error: "is missing: 32 or more random characters, e.g. from `openssl rand -hex 32`" }).min(32),
  APP_SECRET_OLD: z.string().min(32).optional(),
  ADMIN_EMAIL: z.email({ error: "must be an e-mail address" }).optional(),
  ADMIN_PASSWORD: z.string().min(12).optional(),
  PASSWORD_WORDS: z.string().default(""),
  BREACHED_PASSWORDS: z.url({
    protocol: /^https?$/,
    error: "must be off, or an address such as https://api.pwnedpasswords.com/range/",
  }).or(z.literal("off")).default("off"),
  REQUIRE_TWO_FACTOR: z.enum(["off", "admin", "all"]).default("off"),
  MONGODB_URI: z.string({ error: "is missing: the address of the MongoDB, mongodb://… or mongodb+srv://…" })
    .regex(/^mongodb(\+srv)?:\/\//, "must begin with mongodb:// or mongodb+srv://"),
  KV_PATH: z.string().default(".data/queue.kv"),
  TIDEMARK_ROLE: z.enum(["all", "web", "worker"]).default("all"),
  TIDEMARK_QUEUE: z.enum(["kv", "poll"]).default("kv"),
  DENO_TIMELINE: z.string().optional(),
  TIME_ZONE: z.string().default("America/Los_Angeles").refine(isZone, "must be an IANA zone such as Europe/Berlin"),
  LOG_LEVEL: z.enum(["debug", "info", "warning", "error"]).default("info"),
  LOG_FORMAT: z.enum(["json", "text"]).default("json"),
  METRICS_TOKEN: z.string().min(16, "must be 16 or more random characters, e.g. from `openssl rand -hex 32`")
    .optional(),
  NETSUITE_ACCOUNT_ID: z.string({ error: "is missing: the account id, e.g. 1234567 or 1234567_SB1" })
    .regex(/^\s*[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)?\s*$/, "must be an account id such as 1234567 or 1234567_SB1"),
  NETSUITE_BASE_URL: z.url({ protocol: /^https?$/, error: "must be an address such as https://proxy.example.com" })
    .optional(),
  NETSUITE_CONCURRENCY: z.coerce.number().int().min(1).max(50).optional(),
  NETSUITE_RESERVED_SLOTS: z.coerce.number().int().min(0).max(49).default(1),
  NETSUITE_TIMEOUT_SECONDS: seconds(1, 900, 120),
  NETSUITE_RETRY_SECONDS: seconds(0, 3600, 300),
  SYNC_CRON: word.default("on"),
  SYNC_EVERY_MINUTES: z.coerce.number().int().min(1).max(1440).default(1),
  SYNC_OVERLAP_SECONDS: seconds(0, 86_400, 300),
  SYNC_COLUMNS_MINUTES: z.coerce.number().int().min(0).max(10_080).default(60),
  SYNC_LAG_SECONDS: seconds(0, 3600, 15),
  SYNC_LEASE_SECONDS: seconds(1, 600, 4),
  ...ALERT_ENV,
  ...OIDC_ENV,
  ...PLAINTEXT_ENV,
}).refine((e) => e.NETSUITE_RESERVED_SLOTS < (e.NETSUITE_CONCURRENCY ?? USUAL_CONCURRENCY), {
  path: ["NETSUITE_RESERVED_SLOTS"],
  error:
    `must be less than NETSUITE_CONCURRENCY (${USUAL_CONCURRENCY} where it is not set), or nothing may ever be asked`,
}).refine((e) => (e.ADMIN_EMAIL === undefined) === (e.ADMIN_PASSWORD === undefined), {
  path: ["ADMIN_EMAIL"],
  error: "and ADMIN_PASSWORD belong together: give both or neither",
}).refine((e) => e.APP_SECRET_OLD !== e.APP_SECRET, {
  path: ["APP_SECRET_OLD"],
  error: "is the same as APP_SECRET: it must be the secret of before, or empty",
}).refine((e) => e.ALERT_MAIL_TO === undefined || e.SMTP_URL !== undefined, {
  path: ["SMTP_URL"],
  error: "is missing: ALERT_MAIL_TO needs it. Give SMTP_URL and MAIL_FROM too, or none",
}).superRefine((e, context) => {
  for (const { name, says } of [...faultsAroundOidc(e), ...plaintextFaults(e)]) {
    context.addIssue({ code: "custom", path: [name], message: says });
  }
  for (const names of [...ALERT_TOGETHER, ...OIDC_TOGETHER]) {
    const given = names.filter((name) => e[name] !== undefined);
    if (given.length === 0 || given.length === names.length) continue;
    for (const name of names) {
      const message = `is missing: ${given.join(" and ")} needs it. Give all of ${names.join(", ")}, or none`;
      if (e[name] === undefined) context.addIssue({ code: "custom", path: [name], message });
    }
  }
});

/** Every setting of the program, in the shapes it works with. Times in milliseconds. */
export interface Config {
  host: string;
  port: number;
  /** The address people type, without a slash at the end; null where it is not told. */
  publicUrl: string | null;
  /** Hosts that may be reached beyond those that the other settings name. */
  extraHosts: string[];
  trustProxy: boolean;
  /** How long the body of a request may take to arrive. */
  bodyMs: number;
  appSecret: string;
  /** The secret of before, while what it sealed is still there; null: none. */
  appSecretOld: string | null;
  adminEmail: string | null;
  adminPassword: string | null;
  /** What new passwords are held against. */
  passwords: PasswordConfig;
  /** Of whom a second factor is asked: of nobody, of the role Admin, of everybody. */
  requireTwoFactor: "off" | "admin" | "all";
  mongoUri: string;
  kvPath: string;
  role: "all" | "web" | "worker";
  /** How workers hear of work: woken through Deno KV, or by looking at the ledger within each minute's tick. */
  queue: "kv" | "poll";
  /** False on a branch or preview of Deno Deploy: it must not sync what production syncs. */
  isLive: boolean;
  /** The company's IANA zone: where business days are cut, and how times are shown. */
  zone: string;
  logLevel: "debug" | "info" | "warning" | "error";
  logFormat: "json" | "text";
  /** What a collector shows at `/metrics` in place of a session; null: people with the permission only. */
  metricsToken: string | null;
  /** How mail leaves, alerts and links of accounts alike; null: none is sent. */
  mail: MailConfig | null;
  netsuite: NetSuiteConfig;
  sync: SyncConfig;
  alerts: AlertConfig;
  /** Sign-in with the company's own accounts; null: by e-mail and password only. */
  oidc: OidcConfig | null;
}

/** How to reach and treat one NetSuite account. */
export interface NetSuiteConfig {
  accountId: string;
  login: LoginConfig;
  /** Only for stand-ins and proxies: replaces the account's own host. */
  baseUrl: string | null;
  /** Requests at once, at most; null: as many as NetSuite says that it allows, {@link USUAL_CONCURRENCY} where it does not say. */
  concurrency: number | null;
  /** How many of them are left to others. */
  reservedSlots: number;
  timeoutMs: number;
  /** For how long one request is tried again before its chunk fails. */
  retryBudgetMs: number;
}

/** How the sync behaves. */
export interface SyncConfig {
  cron: boolean;
  everyMs: number;
  overlapMs: number;
  /** How old the last look at the catalogue of custom fields may be; a full run always looks. */
  columnsMs: number;
  lagMs: number;
  leaseMs: number;
  /** Where the days of a backfill begin, for streams without a business date. */
  zone: string;
}

/**
 * Checks the settings. The only reader of the environment: `main.ts` calls it once, tests pass a plain object.
 *
 * @param env names and values; an empty value counts as not given (`PORT=` is not port 0)
 * @throws {AppError} `bad_config`, naming every wrong or missing setting at once, and never a value: it may be a secret
 */
export function readConfig(env: Record<string, string | undefined> = Deno.env.toObject()): Config {
  const files = withFiles(env);
  const given = Object.fromEntries(
    Object.entries(files.env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const read = Env.safeParse(given);
  const { login, faults } = readLogin(given);
  if (!read.success || login === null || files.faults.length > 0) {
    const wrong = [
      ...(read.error?.issues ?? []).map((issue) => `  ${issue.path.join(".")} ${issue.message}`),
      ...[...faults, ...files.faults].map(({ name, says }) => `  ${name} ${says}`),
    ].join("\n");
    throw new AppError(
      `Cannot start, settings to fix:\n${wrong}\nEach setting is explained in .env.example.`,
      "bad_config",
      "fix_config",
    );
  }
  const e = read.data;
  const mail = e.SMTP_URL && e.MAIL_FROM
    ? { smtpUrl: e.SMTP_URL, from: e.MAIL_FROM, plaintext: mayBePlain(new URL(e.SMTP_URL).hostname, e.PLAINTEXT_HOSTS) }
    : null;
  return {
    host: e.HOST,
    port: e.PORT,
    publicUrl: e.PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    extraHosts: e.EXTRA_HOSTS,
    trustProxy: e.TRUST_PROXY === "on",
    bodyMs: e.BODY_SECONDS * 1000,
    appSecret: e.APP_SECRET,
    appSecretOld: e.APP_SECRET_OLD ?? null,
    adminEmail: e.ADMIN_EMAIL ?? null,
    adminPassword: e.ADMIN_PASSWORD ?? null,
    passwords: {
      words: e.PASSWORD_WORDS.split(",").map((word) => word.trim()).filter((word) => word !== ""),
      breachedUrl: e.BREACHED_PASSWORDS === "off" ? null : e.BREACHED_PASSWORDS.replace(/\/*$/, "/"),
    },
    requireTwoFactor: e.REQUIRE_TWO_FACTOR,
    mongoUri: e.MONGODB_URI,
    kvPath: e.KV_PATH,
    role: e.TIDEMARK_ROLE,
    queue: e.TIDEMARK_QUEUE,
    isLive: e.DENO_TIMELINE === undefined || e.DENO_TIMELINE === "production",
    zone: e.TIME_ZONE,
    logLevel: e.LOG_LEVEL,
    logFormat: e.LOG_FORMAT,
    metricsToken: e.METRICS_TOKEN ?? null,
    mail,
    netsuite: {
      accountId: e.NETSUITE_ACCOUNT_ID.trim(),
      login,
      baseUrl: e.NETSUITE_BASE_URL?.replace(/\/+$/, "") ?? null,
      concurrency: e.NETSUITE_CONCURRENCY ?? null,
      reservedSlots: e.NETSUITE_RESERVED_SLOTS,
      timeoutMs: e.NETSUITE_TIMEOUT_SECONDS * 1000,
      retryBudgetMs: e.NETSUITE_RETRY_SECONDS * 1000,
    },
    sync: {
      cron: e.SYNC_CRON === "on",
      everyMs: e.SYNC_EVERY_MINUTES * 60_000,
      overlapMs: e.SYNC_OVERLAP_SECONDS * 1000,
      columnsMs: e.SYNC_COLUMNS_MINUTES * 60_000,
      lagMs: e.SYNC_LAG_SECONDS * 1000,
      leaseMs: e.SYNC_LEASE_SECONDS * 1000,
      zone: e.TIME_ZONE,
    },
    alerts: alertConfig(e, mail),
    oidc: oidcConfig(e),
  };
}

/** Secrets that no longer seal and still verify. */
export function oldSecrets({ appSecretOld }: Pick<Config, "appSecretOld">): string[] {
  return appSecretOld === null ? [] : [appSecretOld];
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
