import type { Config } from "../config.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { Store } from "../store/connect.ts";
import { type Audit, openAudit } from "./audit.ts";
import { authRoutes } from "./auth_routes.ts";
import { createAccessIndexes, makeAuth } from "./auth.ts";
import { personMaker } from "./create_person.ts";
import { type Invitations, invitationsOf } from "./invitations.ts";
import { type Keys, openKeys } from "./keys.ts";
import { cookiesFor } from "./cookies.ts";
import { openLinks } from "./links.ts";
import { type Oidc, openOidc } from "./oidc/oidc.ts";
import type { NewPerson } from "./new_person.ts";
import { noticesBy } from "./notices.ts";
import { type OwnAccount, ownAccountOf } from "./own_account.ts";
import { type FaultInPassword, passwordCheck, type PasswordConfig } from "./password_check.ts";
import { type People, peopleOf } from "./people.ts";
import { type Resets, resetsOf } from "./resets.ts";
import { openRoles, type Roles } from "./role_store.ts";
import type { Person } from "./roles.ts";
import { openChallenges } from "./second_factor/challenges.ts";
import { codeLimits } from "./second_factor/code_limits.ts";
import { challengeCookie, type CodeSignIn, codeSignInOf } from "./second_factor/code_sign_in.ts";
import { factorStore } from "./second_factor/factor_store.ts";
import { type OwnFactor, ownFactorOf } from "./second_factor/own_factor.ts";
import { secretsOf } from "./secrets.ts";
import { SEE_AS_COOKIE, throughRole } from "./see_as.ts";
import { type FoundSession, sessionsOf } from "./sessions.ts";
import { openSetup, type Setup } from "./setup.ts";
import { type SignIns, signInsOf } from "./sign_in.ts";
import { storedPeople } from "./stored_person.ts";
import { waysIn } from "./ways_in.ts";
import { openThrottle } from "./throttle.ts";

/** Accounts and sessions of the program, and what they may. */
export interface Access extends Setup, SignIns, CodeSignIn {
  roles: Roles;
  people: People;
  keys: Keys;
  invitations: Invitations;
  resets: Resets;
  /** What people do with their own account. */
  own: OwnAccount;
  /** Sign-in with the company's own accounts; null where no provider is set. */
  oidc: Oidc | null;
  /** Second factors, as their owners and admins manage them. */
  secondFactor: OwnFactor;
  /**
   * Answers `/api/auth/*`, see `authRoutes`.
   *
   * @param address the caller's trusted address (`callerAddress`); limits are counted on it
   */
  handler(req: Request, address?: string | null): Promise<Response>;
  /**
   * Who sent this request, by its session cookie; null for nobody. With the cookie `SEE_AS_COOKIE` somebody who may manage
   * roles is narrowed to what that role allows.
   */
  person(headers: Headers): Promise<Person | null>;
  /** As `person`, with the session's id, and the cookies that lengthen a session in use or remove one that has ended. */
  session(headers: Headers): Promise<FoundSession>;
  /** Resolves when every mail that was begun is sent: before the program ends. */
  settled(): Promise<void>;
  /** Ends the session of these headers. Returns the cookies that remove it from the browser. */
  signOut(headers: Headers): Promise<string[]>;
  /** What is wrong with a new password, or null. Every way to set one asks this. */
  faultInPassword: FaultInPassword;
  /**
   * Makes an account.
   *
   * @throws {AppError} `bad_person`, naming what is wrong; `email_taken`; `unknown_role`
   */
  createPerson(person: NewPerson): Promise<Person>;
}

/** What accounts are opened with. */
export interface AccessDeps {
  config:
    & Pick<Config, "publicUrl" | "appSecret" | "adminEmail" | "adminPassword" | "port">
    & Partial<Pick<Config, "oidc" | "appSecretOld" | "requireTwoFactor">>
    & { passwords?: PasswordConfig };
  store: Store;
  /** Where sign-ins and changes are written down; one of its own where none is given. */
  audit?: Audit;
  /** Sends links; without one, or without `publicUrl`, they are copied by hand: a mail must not name what a request says. */
  mailer?: Mailer | null;
  /** The clock, for the age of links and keys. */
  now?: () => Date;
}

/**
 * Opens accounts on the store: creates the indexes, and the first admin where the settings name one and none exists.
 *
 * @throws {AppError} `bad_config` when the first admin's address or password of the settings will not do
 */
export async function openAccess({ config, store, now = () => new Date(), ...deps }: AccessDeps): Promise<Access> {
  await createAccessIndexes(store);
  const audit = deps.audit ?? await openAudit(store, config.appSecret, now);
  const roles = await openRoles(store, now, audit);
  const auth = makeAuth(config, store);
  const { password } = await auth.$context;
  const passwords = {
    hash: password.hash,
    verify: (typed: string, hash: string) => password.verify({ password: typed, hash }),
  };
  const links = await openLinks(store, now);
  const throttle = await openThrottle(store, now);
  const mailer = deps.mailer && config.publicUrl ? { send: deps.mailer, publicUrl: config.publicUrl } : null;

  const stored = storedPeople(store, roles);
  const personWith = async (id: string) => await stored.personOf(await stored.byId(id));
  const faultInPassword = passwordCheck(config.passwords ?? { words: [], breachedUrl: null });
  const createPerson = personMaker({ auth, store, roles, people: stored, audit, faultInPassword, now });
  const canSignIn = waysIn(store, config.oidc?.issuer ?? null);
  const setup = await openSetup({ config, store, createPerson, canSignIn, now });
  const sessions = sessionsOf(auth, store, stored, now);
  const secrets = secretsOf(config.appSecret, config.appSecretOld);
  const factors = factorStore(store, secrets, now);
  const challenges = await openChallenges(store, now);
  const cookies = cookiesFor(config.publicUrl?.startsWith("https:") ?? false);
  const signIns = signInsOf({
    ...{ store, people: stored, sessions, audit, throttle, ...passwords },
    providerSessionMs: config.oidc?.sessionMs,
    async challenge(personId, { by, remember }) {
      if (await factors.find(personId) === null) return null;
      return [challengeCookie(cookies, await challenges.make({ personId, by, remember }))];
    },
  });
  const people = peopleOf({ store, roles, audit, canSignIn, closeChallenges: challenges.closeAll, now });
  const { publicUrl } = config;
  const oidc = config.oidc && publicUrl !== null
    ? await openOidc({
      ...{ store, secrets, roles, people, stored, signIns, audit, throttle, cookies, now },
      config: config.oidc,
      publicUrl,
    })
    : null;
  const limits = codeLimits(throttle);
  const notices = noticesBy(mailer);
  const own = ownAccountOf({
    ...{ store, audit, throttle, faultInPassword, ...passwords },
    closeResets: (email) => links.closeAll("reset", email),
    closeChallenges: challenges.closeAll,
  });
  const secondFactor = ownFactorOf({
    ...{ store, factors, limits, audit, people, notices, confirmPassword: own.confirmPassword },
    require: config.requireTwoFactor ?? "off",
  });
  const resets = resetsOf({
    ...{ store, links, people, audit, throttle, mailer, closeChallenges: challenges.closeAll },
    hash: passwords.hash,
    refuseAbove: (by, id) => people.refuseAbove(id, by),
  });

  async function session(headers: Headers): Promise<FoundSession> {
    const { person, secondFactor: shown, ...found } = await sessions.read(headers);
    const lacksSecondFactor = person !== null && shown === null && secondFactor.isRequired(person);
    return {
      ...found,
      lacksSecondFactor,
      person: person && await throughRole(person, cookies.read(SEE_AS_COOKIE, headers), roles),
    };
  }

  return {
    ...setup,
    ...signIns,
    roles,
    people,
    faultInPassword,
    oidc,
    createPerson,
    session,
    person: async (headers) => (await session(headers)).person,
    handler: authRoutes(signIns),
    keys: await openKeys(store, personWith, audit, now),
    invitations: invitationsOf({
      ...{ links, roles, audit, mailer, personWith, createPerson },
      isTaken: async (email) => await stored.byEmail(email) !== null,
    }),
    resets,
    own,
    secondFactor,
    ...codeSignInOf({
      ...{ challenges, factors, limits, people: stored, audit, notices, cookies },
      openSession: signIns.openSession,
    }),

    async settled() {
      await Promise.all([resets.settled(), notices.settled()]);
    },

    async signOut(headers) {
      const { person } = await session(headers);
      if (person) await audit.write({ action: "sign_out.done" });
      return await sessions.end(headers);
    },
  };
}
