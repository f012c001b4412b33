import { mongodbAdapter } from "@better-auth/mongo-adapter";
import { betterAuth } from "better-auth/minimal";
import { admin } from "better-auth/plugins/admin";
import type { Config } from "../config.ts";
import { logOf } from "../log.ts";
import type { Store } from "../store/connect.ts";
import { ADDRESS_HEADER } from "./address.ts";
import { sessionPlugin } from "./session_plugin.ts";
import { hashPassword, verifyPassword } from "./password_hash.ts";
import { LEAST_PASSWORD_LENGTH, MOST_PASSWORD_LENGTH } from "./passwords.ts";

/** The collections of accounts. Nothing outside `lib/access` reads them. */
export const PEOPLE = "access_people";
export const SESSIONS = "access_sessions";
export const ACCOUNTS = "access_accounts";
const LIMITS = "access_limits";
const VERIFICATIONS = "access_verifications";

/** Seconds after which a session that nobody used has ended. */
const SESSION_SECONDS = 7 * 24 * 3600;

/** The settings of the account library that this module needs. */
export type AuthConfig = Pick<Config, "publicUrl" | "appSecret">;

/**
 * Sets up the account library (better-auth) on our MongoDB: e-mail and password, sessions, roles.
 *
 * Sessions live in the database and are read there at each request, so that a revoked one ends at once. No `client` is
 * given to the adapter, hence no transactions, which a single MongoDB server does not have.
 */
export function makeAuth(config: AuthConfig, store: Store) {
  const https = config.publicUrl?.startsWith("https:") ?? false;
  const log = logOf("access");
  return betterAuth({
    appName: "Tidemark",
    baseURL: config.publicUrl === null ? undefined : new URL(config.publicUrl).origin,
    basePath: "/api/auth",
    secret: config.appSecret,
    database: mongodbAdapter(store.db),
    telemetry: { enabled: false },
    logger: {
      level: "error", // wrong passwords are warnings there: ours to count, not to print
      log: (_level, message) => log.error("Account library: {message}", { message }),
    },
    user: { modelName: PEOPLE },
    account: { modelName: ACCOUNTS },
    verification: { modelName: VERIFICATIONS },
    session: {
      modelName: SESSIONS,
      expiresIn: SESSION_SECONDS,
      updateAge: 24 * 3600,
      cookieCache: { enabled: false },
      additionalFields: {
        usedAt: { type: "date", required: false, input: false },
        // what was shown as the second factor when it was opened
        secondFactor: { type: "string", required: false, input: false },
        // when it ends however much it is used, where that is before the usual time
        endsAt: { type: "date", required: false, input: false },
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: LEAST_PASSWORD_LENGTH,
      maxPasswordLength: MOST_PASSWORD_LENGTH,
      password: { hash: hashPassword, verify: ({ password, hash }) => verifyPassword(password, hash) },
    },
    // The address is one that we put there ourselves, see address.ts.
    rateLimit: {
      enabled: true,
      storage: "database",
      modelName: LIMITS,
      window: 60,
      max: 300,
    },
    advanced: {
      // The library would prefix `__Secure-`. `__Host-` binds the cookie to this very host and path as well; it demands
      // Secure, path `/` and no domain, which is what these attributes are.
      useSecureCookies: false,
      cookiePrefix: https ? "__Host-tidemark" : "tidemark",
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/", secure: https },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    plugins: [
      admin({
        defaultRole: "viewer",
        // which roles there are stands in access_roles; none of the plugin's own routes is reachable
      }),
      sessionPlugin(),
    ],
  });
}

/** The account library, set up. */
export type Auth = ReturnType<typeof makeAuth>;

/**
 * Creates the indexes on which safety rests, and waits for them: one account per address, one session per token, one
 * counter per address. The adapter asks for the same ones, by the same names, but does not wait and goes on without.
 * Ended sessions and links are removed by the database itself.
 */
export async function createAccessIndexes(store: Store): Promise<void> {
  const unique = (collection: string, field: string) =>
    store.collection(collection).createIndex({ [field]: 1 }, { unique: true, name: `${collection}_${field}_uidx` });
  const plain = (collection: string, field: string) =>
    store.collection(collection).createIndex({ [field]: 1 }, { name: `${collection}_${field}_idx` });
  const expiring = (collection: string) =>
    store.collection(collection).createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0, name: "expired" });
  await Promise.all([
    unique(PEOPLE, "email"),
    unique(SESSIONS, "token"),
    unique(LIMITS, "key"),
    plain(SESSIONS, "userId"),
    plain(ACCOUNTS, "userId"),
    plain(VERIFICATIONS, "identifier"),
    expiring(SESSIONS),
    store.collection(SESSIONS).createIndex({ endsAt: 1 }, { expireAfterSeconds: 0, name: "ended" }),
    expiring("access_setup"),
  ]);
}
