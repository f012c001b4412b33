import { z } from "zod";
import type { Config } from "../config.ts";
import { AppError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Mailer } from "../mail/mailer.ts";
import { ObjectId } from "mongodb";
import type { Store } from "../store/connect.ts";
import { actorOf } from "./actor.ts";
import { ADDRESS_HEADER } from "./address.ts";
import { type Audit, openAudit } from "./audit.ts";
import { ACCOUNTS, createAccessIndexes, makeAuth, PEOPLE, SESSIONS } from "./auth.ts";
import { setupLinks } from "./first_admin.ts";
import { type Keys, openKeys } from "./keys.ts";
import { type Invitations, invitationsOf } from "./invitations.ts";
import { openLinks } from "./links.ts";
import { faultsInPerson, type NewPerson } from "./new_person.ts";
import { type OwnAccount, ownAccountOf } from "./own_account.ts";
import { type People, peopleOf } from "./people.ts";
import { type Resets, resetsOf } from "./resets.ts";
import { openRoles, type Roles } from "./role_store.ts";
import { ADMIN_ROLE, can, initialsOf, narrowed, type Person } from "./roles.ts";
import { openThrottle } from "./throttle.ts";

/** What a sign-in is tried with. `address` is the trusted one of `callerAddress`, on which the limit is counted. */
export interface SignIn {
  email: string;
  password: string;
  /** True: the session outlives the browser, for at most seven days without use. */
  remember: boolean;
  address: string | null;
  userAgent: string | null;
  /** Headers of the request that signs in: a session that they hold ends, so that none outlives a sign-in. */
  replaces?: Headers;
}

/**
 * What became of a sign-in. `wrong` never says whether the address is known. `cookies` are whole `Set-Cookie` values.
 */
export type SignInResult =
  | { outcome: "done"; cookies: string[] }
  | { outcome: "wrong" }
  | { outcome: "off"; message: string }
  | { outcome: "limited"; retryAfterSeconds: number };

/** The cookie that names the role through which an admin looks. It can only take rights away, so that it needs no signature. */
export const SEE_AS_COOKIE = "see-as";

/** Accounts and sessions of the program, and what they may. */
export interface Access {
  roles: Roles;
  people: People;
  keys: Keys;
  invitations: Invitations;
  resets: Resets;
  /** What people do with their own account. */
  own: OwnAccount;
  /**
   * Answers `/api/auth/*`: `POST sign-in/email`, `POST sign-out`, `GET get-session`; everything else is 404.
   *
   * @param address the caller's trusted address (`callerAddress`); limits are counted on it
   */
  handler(req: Request, address?: string | null): Promise<Response>;
  /**
   * Who sent this request, by its session cookie; null for nobody. With the cookie {@link SEE_AS_COOKIE} somebody who may
   * manage roles is narrowed to what that role allows.
   */
  person(headers: Headers): Promise<Person | null>;
  /** As `person`, with the session's id, and the cookies that lengthen a session in use or remove one that has ended. */
  session(headers: Headers): Promise<{ person: Person | null; id: string | null; cookies: string[] }>;
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
   * @throws {AppError} `bad_person`, naming what is wrong; `email_taken`; `unknown_role`
   */
  createPerson(person: NewPerson): Promise<Person>;
}

/** What accounts are opened with. */
export interface AccessDeps {
  config: Pick<Config, "publicUrl" | "appSecret" | "adminEmail" | "adminPassword" | "port">;
  store: Store;
  /** Where sign-ins and changes are written down; one of its own where none is given. */
  audit?: Audit;
  /** Sends links; without one, or without `publicUrl`, they are copied by hand: a mail must not name what a request says. */
  mailer?: Mailer | null;
  /** The clock, for the age of links and keys. */
  now?: () => Date;
}

/** What of the account library's own routes is reachable, by method and path. */
const REACHABLE = new Set(["POST /sign-in/email", "POST /sign-out", "GET /get-session"]);

/** The use of a session is noted once in this time, so that it costs no write per request. */
const USE_NOTED_EVERY_MS = 60_000;

/** After this time a session has ended, however much it is used: 30 days. */
const SESSION_ENDS_MS = 30 * 24 * 3600_000;

/** After this time an account without a password is taken for the rest of a creation that was cut off. */
const HALF_MADE_AFTER_MS = 60_000;

/**
 * Opens accounts on the store: creates the indexes, and the first admin where the settings name one and none exists.
 *
 * @throws {AppError} `bad_config` when the first admin's address or password of the settings will not do
 */
export async function openAccess({ config, store, now = () => new Date(), ...deps }: AccessDeps): Promise<Access> {
  const log = logOf("access");
  await createAccessIndexes(store);
  const audit = deps.audit ?? await openAudit(store, config.appSecret, now);
  const roles = await openRoles(store, now, audit);
  const auth = makeAuth(config, store);
  const { password: passwords } = await auth.$context;
  const people = store.collection(PEOPLE);
  const accounts = store.collection(ACCOUNTS);
  const sessions = store.collection(SESSIONS);
  const links = setupLinks(store);
  const tokens = await openLinks(store, now);
  const throttle = await openThrottle(store, now);
  const mailer = deps.mailer && config.publicUrl ? { send: deps.mailer, publicUrl: config.publicUrl } : null;
  let adminSeen = false; // only ever remembered as true: closing the setup too long does no harm, opening it would

  async function hasAdmin(): Promise<boolean> {
    if (adminSeen) return true;
    const admins = await people.find({ role: ADMIN_ROLE, banned: { $ne: true } }, { projection: { _id: 1 } }).toArray();
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
    if (await roles.grantOf(person.role) === null) {
      throw new AppError(`There is no role “${person.role.slice(0, 60)}”`, "unknown_role", "reject_request");
    }
    await removeHalfMade(email);
    try {
      // the library's type knows its own two roles only
      const role = person.role as "admin";
      const made = await auth.api.createUser({ body: { email, name, password: person.password, role } });
      if (person.role === ADMIN_ROLE) await links.clear();
      const subject = { kind: "person", id: made.user.id, name };
      await audit.write({ action: "person.created", subject, details: { role: person.role } });
      return (await personOf({ id: made.user.id, name, email, role: person.role }))!;
    } catch (error) {
      if (await people.findOne({ email }, { projection: { _id: 1 } }) === null) throw error;
      throw new AppError(`An account with the address ${email} exists already`, "email_taken", "reject_request", {
        cause: error,
      });
    }
  }

  async function session(headers: Headers) {
    if (!headers.has("cookie")) return { person: null, id: null, cookies: [] };
    const found = await auth.api.getSession({ headers: cookieOnly(headers), returnHeaders: true });
    const open = found.response?.session;
    const at = now();
    if (open && at.getTime() - new Date(open.createdAt).getTime() > SESSION_ENDS_MS) {
      const ended = await auth.api.signOut({ headers: cookieOnly(headers), returnHeaders: true });
      return { person: null, id: null, cookies: ended.headers.getSetCookie() };
    }
    const person = await personOf(found.response?.user);
    if (open && person) {
      const noted = open.usedAt ? new Date(open.usedAt).getTime() : 0;
      if (at.getTime() - noted >= USE_NOTED_EVERY_MS) {
        await sessions.updateOne({ _id: new ObjectId(open.id) }, { $max: { usedAt: at } });
      }
    }
    const cookies = found.headers.getSetCookie();
    return { person: person && await throughRole(person, headers), id: open?.id ?? null, cookies };
  }

  /** Reads a stored account, with the rights of its role now. One that is switched off, or whose role is gone, is nobody. */
  async function personOf(user: StoredUser | undefined): Promise<Person | null> {
    if (!user || user.banned === true || typeof user.role !== "string") return null;
    const grant = await roles.grantOf(user.role);
    if (grant === null) return null;
    const { id, name, email, role } = user;
    const { permissions, limits, name: roleName } = grant;
    const initials = initialsOf(name, email);
    return { id, name, email, role, roleName, permissions, limits, initials, key: null, seesAs: null };
  }

  async function throughRole(person: Person, headers: Headers): Promise<Person> {
    const role = /(?:^|;)\s*see-as=([^;]*)/.exec(headers.get("cookie") ?? "")?.[1];
    if (!role || !can(person, "roles:manage")) return person;
    const grant = await roles.grantOf(role);
    return grant ? { ...narrowed(person, grant), seesAs: { id: role, name: grant.name } } : person;
  }

  async function ownerOf(id: string): Promise<Person | null> {
    const found = await people.findOne({ _id: new ObjectId(id) });
    if (found === null) return null;
    const { name, email, role, banned } = found;
    return await personOf({ id, name, email, role, banned });
  }

  /** Writes down what became of a sign-in; a failure names the account that was tried, never what was typed. */
  async function noteSignIn(result: SignInResult, email: string, address: string | null): Promise<void> {
    if (result.outcome === "limited") return; // counted and refused before anything was looked at
    const found = await people.findOne({ email: email.trim().toLowerCase() });
    const subject = found && { kind: "person", id: String(found._id), name: String(found.name) };
    if (result.outcome === "done") {
      const person = found && await personOf({
        id: subject!.id,
        name: found.name,
        email: found.email,
        role: found.role,
      });
      await audit.write({ action: "sign_in.done", ...(subject ? { subject } : {}) }, actorOf(person, address));
    } else {
      await audit.write({
        action: "sign_in.failed",
        ...(subject ? { subject } : {}),
        details: { reason: result.outcome === "off" ? "switched off" : subject ? "wrong password" : "unknown address" },
      }, actorOf(null, address));
    }
  }

  if (config.adminEmail !== null && config.adminPassword !== null && !(await hasAdmin())) {
    await createConfiguredAdmin(config.adminEmail, config.adminPassword);
  }

  async function createConfiguredAdmin(email: string, password: string) {
    try {
      await createPerson({ name: nameFromEmail(email), email, password, role: ADMIN_ROLE });
      log.info("Made the first admin, {email}", { email });
    } catch (error) {
      if (await hasAdmin()) return; // another process was faster
      const advice = "Change ADMIN_EMAIL or ADMIN_PASSWORD";
      throw new AppError(`Cannot make the first admin: ${messageOf(error)} ${advice}.`, "bad_config", "fix_config", {
        cause: error,
      });
    }
  }

  const folk = peopleOf(store, roles, audit, now);
  return {
    roles,
    people: folk,
    invitations: invitationsOf({
      links: tokens,
      roles,
      audit,
      mailer,
      isTaken: async (email) => await people.findOne({ email }, { projection: { _id: 1 } }) !== null,
      personWith: ownerOf,
      createPerson,
    }),
    resets: resetsOf({
      ...{ store, links: tokens, people: folk, audit, throttle, mailer },
      hash: passwords.hash,
      refuseAbove: (by, id) => folk.refuseAbove(id, by),
    }),
    own: ownAccountOf({
      ...{ store, audit, throttle },
      closeResets: (email) => tokens.closeAll("reset", email),
      hash: passwords.hash,
      verify: (password, hash) => passwords.verify({ password, hash }),
    }),
    keys: await openKeys(store, ownerOf, audit, now),
    hasAdmin,
    createPerson,
    session,
    person: async (headers) => (await session(headers)).person,

    async handler(req, address = null) {
      const path = new URL(req.url).pathname.replace(/^\/api\/auth/, "");
      if (!REACHABLE.has(`${req.method} ${path}`)) return new Response("Not found", { status: 404 });
      const tried = path === "/sign-in/email" ? await emailIn(req.clone()) : null;
      const answer = await auth.handler(withAddress(req, address));
      if (tried !== null) await noteSignIn(await signInResult(answer.clone()), tried, address);
      return answer;
    },

    async signIn({ email, password, remember, address, userAgent, replaces }) {
      const headers = new Headers({ "Content-Type": "application/json" });
      if (userAgent !== null) headers.set("User-Agent", userAgent.slice(0, 500));
      const url = new URL("/api/auth/sign-in/email", config.publicUrl ?? "http://localhost");
      const body = JSON.stringify({ email: email.trim(), password, rememberMe: remember });
      const answer = await auth.handler(withAddress(new Request(url, { method: "POST", headers, body }), address));
      const result = await signInResult(answer);
      await noteSignIn(result, email, address);
      if (result.outcome === "done" && replaces?.has("cookie")) {
        await auth.api.signOut({ headers: cookieOnly(replaces) }).catch(() => {}); // none was open
      }
      // without the e-mail: people type their password into the wrong field
      log.info("Sign-in from {address}: {outcome}", { address, outcome: result.outcome });
      return result;
    },

    async signOut(headers) {
      const { person } = await session(headers);
      if (person) await audit.write({ action: "sign_out.done" });
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
        await createPerson({ ...admin, role: ADMIN_ROLE });
        log.info("Made the first admin by the setup link, {email}", { email: admin.email });
        return true;
      } catch (error) {
        await links.release(token);
        throw error;
      }
    },
  };
}

/** What of an account decides who it is. */
interface StoredUser {
  id: string;
  name: string;
  email: string;
  role?: unknown;
  banned?: unknown;
}

/** The address in the body of a sign-in by JSON; null where there is none to be read. */
async function emailIn(req: Request): Promise<string | null> {
  const body: unknown = await req.json().catch(() => null);
  return z.object({ email: z.string().max(254) }).safeParse(body).data?.email ?? null;
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
