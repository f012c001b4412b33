import { z } from "zod";
import type { Config } from "../config.ts";
import { AppError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Store } from "../store/connect.ts";
import { ADDRESS_HEADER } from "./address.ts";
import { ACCOUNTS, createAccessIndexes, makeAuth, PEOPLE } from "./auth.ts";
import { setupLinks } from "./first_admin.ts";
import { faultsInPerson, type NewPerson } from "./new_person.ts";
import { initialsOf, isRole, type Person } from "./roles.ts";

/** What a sign-in is tried with. `address` is the trusted one of `callerAddress`, on which the limit is counted. */
export interface SignIn {
  email: string;
  password: string;
  /** True: the session outlives the browser, for at most seven days without use. */
  remember: boolean;
  address: string | null;
  userAgent: string | null;
}

/**
 * What became of a sign-in. `wrong` never says whether the address is known. `cookies` are whole `Set-Cookie` values.
 */
export type SignInResult =
  | { outcome: "done"; cookies: string[] }
  | { outcome: "wrong" }
  | { outcome: "off"; message: string }
  | { outcome: "limited"; retryAfterSeconds: number };

/** Accounts and sessions of the program. */
export interface Access {
  /**
   * Answers `/api/auth/*`: `POST sign-in/email`, `POST sign-out`, `GET get-session`; everything else is 404.
   *
   * @param address the caller's trusted address (`callerAddress`); limits are counted on it
   */
  handler(req: Request, address?: string | null): Promise<Response>;
  /** Who sent this request, by its session cookie; null for nobody. */
  person(headers: Headers): Promise<Person | null>;
  /** As `person`, with the cookies that lengthen a session in use or remove one that has ended. */
  session(headers: Headers): Promise<{ person: Person | null; cookies: string[] }>;
  /** Tries an e-mail and a password. Takes the same time for an unknown address as for a wrong password. */
  signIn(input: SignIn): Promise<SignInResult>;
  /** Ends the session of these headers. Returns the cookies that remove it from the browser. */
  signOut(headers: Headers): Promise<string[]>;
  /** True once an admin who can sign in exists. */
  hasAdmin(): Promise<boolean>;
  /**
   * Makes a link by which the first admin is made, and ends any earlier one. The link works once and for a day.
   *
   * @param origin where people reach the program, used when `PUBLIC_URL` is not told; e.g. `http://localhost:8000`
   * @returns the whole link, or null when an admin exists
   */
  setupLink(origin?: string): Promise<string | null>;
  /** True while this token of a setup link can be used. */
  setupIsOpen(token: string): Promise<boolean>;
  /**
   * Makes the first admin by a setup link. False when the link is used, too old or wrong, or an admin exists.
   *
   * @throws {AppError} `bad_person` when name, address or password will not do; the link stays usable
   */
  setUp(token: string, admin: Omit<NewPerson, "role">): Promise<boolean>;
  /**
   * Makes an account.
   *
   * @throws {AppError} `bad_person`, naming what is wrong; `email_taken`
   */
  createPerson(person: NewPerson): Promise<Person>;
}

/** What accounts are opened with. */
export interface AccessDeps {
  config: Pick<Config, "publicUrl" | "appSecret" | "adminEmail" | "adminPassword" | "port">;
  store: Store;
  /** The clock, for the age of links. */
  now?: () => Date;
}

/** What of the account library's own routes is reachable, by method and path. */
const REACHABLE = new Set(["POST /sign-in/email", "POST /sign-out", "GET /get-session"]);

/** After this time an account without a password is taken for the rest of a creation that was cut off. */
const HALF_MADE_AFTER_MS = 60_000;

/**
 * Opens accounts on the store: creates the indexes, and the first admin where the settings name one and none exists.
 *
 * @throws {AppError} `bad_config` when the first admin's address or password of the settings will not do
 */
export async function openAccess({ config, store, now = () => new Date() }: AccessDeps): Promise<Access> {
  const log = logOf("access");
  await createAccessIndexes(store);
  const auth = makeAuth(config, store);
  await auth.$context;
  const people = store.collection(PEOPLE);
  const accounts = store.collection(ACCOUNTS);
  const links = setupLinks(store);
  let adminSeen = false; // only ever remembered as true: closing the setup too long does no harm, opening it would

  async function hasAdmin(): Promise<boolean> {
    if (adminSeen) return true;
    const admins = await people.find({ role: "admin", banned: { $ne: true } }, { projection: { _id: 1 } }).toArray();
    if (admins.length === 0) return false;
    const withPassword = { userId: { $in: admins.map((one) => one._id) }, providerId: "credential" };
    return adminSeen = await accounts.findOne(withPassword, { projection: { _id: 1 } }) !== null;
  }

  /** Person and password are two documents and no transaction holds them together: clears a person left without one. */
  async function removeHalfMade(email: string): Promise<void> {
    const before = new Date(now().getTime() - HALF_MADE_AFTER_MS);
    const found = await people.findOne({ email, createdAt: { $lt: before } }, { projection: { _id: 1 } });
    if (found === null || await accounts.findOne({ userId: found._id }, { projection: { _id: 1 } }) !== null) return;
    await people.deleteOne({ _id: found._id });
    log.warn("Removed a half-made account, {email}", { email });
  }

  async function createPerson(person: NewPerson): Promise<Person> {
    const faults = faultsInPerson(person).map((fault) => fault.message);
    if (faults.length > 0) throw new AppError(faults.join(" "), "bad_person", "reject_request");
    const email = person.email.trim().toLowerCase();
    const name = person.name.trim();
    await removeHalfMade(email);
    try {
      const made = await auth.api.createUser({ body: { email, name, password: person.password, role: person.role } });
      if (person.role === "admin") await links.clear();
      return { id: made.user.id, name, email, role: person.role, initials: initialsOf(name, email) };
    } catch (error) {
      if (await people.findOne({ email }, { projection: { _id: 1 } }) === null) throw error;
      throw new AppError(`An account with the address ${email} exists already`, "email_taken", "reject_request", {
        cause: error,
      });
    }
  }

  async function session(headers: Headers) {
    if (!headers.has("cookie")) return { person: null, cookies: [] };
    const found = await auth.api.getSession({ headers: cookieOnly(headers), returnHeaders: true });
    return { person: personOf(found.response?.user), cookies: found.headers.getSetCookie() };
  }

  if (config.adminEmail !== null && config.adminPassword !== null && !(await hasAdmin())) {
    await createConfiguredAdmin(config.adminEmail, config.adminPassword);
  }

  async function createConfiguredAdmin(email: string, password: string) {
    try {
      await createPerson({ name: nameFromEmail(email), email, password, role: "admin" });
      log.info("Made the first admin, {email}", { email });
    } catch (error) {
      if (await hasAdmin()) return; // another process was faster
      const advice = "Change ADMIN_EMAIL or ADMIN_PASSWORD";
      throw new AppError(`Cannot make the first admin: ${messageOf(error)} ${advice}.`, "bad_config", "fix_config", {
        cause: error,
      });
    }
  }

  return {
    hasAdmin,
    createPerson,
    session,
    person: async (headers) => (await session(headers)).person,

    async handler(req, address = null) {
      const path = new URL(req.url).pathname.replace(/^\/api\/auth/, "");
      if (!REACHABLE.has(`${req.method} ${path}`)) return new Response("Not found", { status: 404 });
      return await auth.handler(withAddress(req, address));
    },

    async signIn({ email, password, remember, address, userAgent }) {
      const headers = new Headers({ "Content-Type": "application/json" });
      if (userAgent !== null) headers.set("User-Agent", userAgent.slice(0, 500));
      const url = new URL("/api/auth/sign-in/email", config.publicUrl ?? "http://localhost");
      const body = JSON.stringify({ email: email.trim(), password, rememberMe: remember });
      const answer = await auth.handler(withAddress(new Request(url, { method: "POST", headers, body }), address));
      const result = await signInResult(answer);
      // without the e-mail: people type their password into the wrong field
      log.info("Sign-in from {address}: {outcome}", { address, outcome: result.outcome });
      return result;
    },

    async signOut(headers) {
      const done = await auth.api.signOut({ headers: cookieOnly(headers), returnHeaders: true });
      return done.headers.getSetCookie();
    },

    async setupLink(origin = `http://localhost:${config.port}`) {
      if (await hasAdmin()) {
        await links.clear();
        return null;
      }
      return `${config.publicUrl ?? origin}/setup/${await links.renew(now())}`;
    },

    async setupIsOpen(token) {
      return !(await hasAdmin()) && await links.isOpen(token, now());
    },

    async setUp(token, admin) {
      if (await hasAdmin() || !(await links.claim(token, now()))) return false;
      try {
        await createPerson({ ...admin, role: "admin" });
        log.info("Made the first admin by the setup link, {email}", { email: admin.email });
        return true;
      } catch (error) {
        await links.release(token);
        throw error;
      }
    },
  };
}

/** Reads a stored account. One that is switched off, or whose role we do not know, is nobody. */
function personOf(user: { id: string; name: string; email: string; role?: unknown; banned?: unknown } | undefined) {
  if (!user || user.banned === true || !isRole(user.role)) return null;
  const { id, name, email, role } = user;
  return { id, name, email, role, initials: initialsOf(name, email) };
}

/** The request with our own word about where it came from, in place of whatever the caller said. */
function withAddress(req: Request, address: string | null): Request {
  const headers = new Headers(req.headers);
  headers.delete(ADDRESS_HEADER);
  if (address !== null) headers.set(ADDRESS_HEADER, address);
  return new Request(req, { headers });
}

/** Only the cookies of a request: all that a session lookup needs, so nothing else can sway it. */
function cookieOnly(headers: Headers): Headers {
  return new Headers({ cookie: headers.get("cookie") ?? "" });
}

async function signInResult(answer: Response): Promise<SignInResult> {
  if (answer.ok) {
    await answer.body?.cancel();
    return { outcome: "done", cookies: answer.headers.getSetCookie() };
  }
  const said: unknown = await answer.json().catch(() => null);
  const { code, message } = z.object({ code: z.string().optional(), message: z.string().optional() }).catch({})
    .parse(said);
  if (answer.status === 429) {
    return { outcome: "limited", retryAfterSeconds: Number(answer.headers.get("X-Retry-After")) || 60 };
  }
  if (code === "BANNED_USER") return { outcome: "off", message: message ?? "This account is switched off." };
  if (answer.status < 500) return { outcome: "wrong" };
  throw new AppError(
    `Cannot sign in: ${message ?? `the account library answered ${answer.status}`}`,
    "sign_in",
    "retry",
  );
}

/** A name to begin with, until the person sets one: `laura.meier@…` becomes `Laura Meier`. */
function nameFromEmail(email: string): string {
  const words = (email.split("@")[0] ?? "").split(/[._+-]+/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ") || email;
}
