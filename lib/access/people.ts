import { type Document, ObjectId } from "mongodb";
import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import { type Actor, SYSTEM } from "./actor.ts";
import type { Audit } from "./audit.ts";
import { ACCOUNTS, PEOPLE, SESSIONS } from "./auth.ts";
import { underLock } from "./lock.ts";
import { OIDC_ACCOUNT } from "./oidc/identities.ts";
import { refuseBeyond, type Roles, ROLES_LOCK } from "./role_store.ts";
import { ADMIN_ROLE, type Person } from "./roles.ts";
import type { CanSignIn } from "./ways_in.ts";

/** An account as the Users page shows it. Plain values, times in ISO. */
export interface PersonView {
  id: string;
  name: string;
  email: string;
  role: string;
  roleName: string;
  /** False when the account is switched off: nobody can sign in with it. */
  isOn: boolean;
  createdAt: string;
  /** Sessions that have not ended. */
  sessions: number;
  /** When a session was last used; null without one. */
  lastSeenAt: string | null;
  /** Can sign in with a password. */
  hasPassword: boolean;
  /** Since when the account is linked with the sign-in provider; null: it is not. */
  linkedAt: string | null;
}

/** A session as the Users page shows it. */
export interface SessionView {
  id: string;
  createdAt: string;
  /** When it was last used, to the minute. */
  lastUsedAt: string;
  expiresAt: string;
  address: string | null;
  userAgent: string | null;
}

/**
 * The accounts there are. Every change is written to the audit log, and refused where it would give away more than the one
 * who makes it has, touch somebody with more rights, or leave no admin.
 */
export interface People {
  /** By name. */
  list(): Promise<PersonView[]>;
  find(id: string): Promise<PersonView | null>;
  sessionsOf(id: string): Promise<SessionView[]>;
  /** @throws {AppError} `unknown_person`, `unknown_role`, `last_admin`, `beyond_own_rights` */
  changeRole(id: string, role: string, by: Person): Promise<PersonView>;
  /**
   * Switches an account off, which ends its sessions and API keys at once, or on again.
   *
   * @throws {AppError} `unknown_person`, `last_admin`, `own_account`, `beyond_own_rights`
   */
  switchTo(id: string, isOn: boolean, by: Person): Promise<PersonView>;
  /**
   * Gives the role that the sign-in provider says, as a person signs in. Nobody's rights are asked for: the settings say that
   * the provider decides. True when it is another one than before.
   *
   * @param label how people call the provider, for the audit log
   * @throws {AppError} `unknown_person`, `unknown_role`, `last_admin`
   */
  takeRole(id: string, role: string, label: string): Promise<boolean>;
  /**
   * Removes the link with the sign-in provider and ends all sessions. The next sign-in there may link the account anew, by its
   * e-mail address.
   *
   * @throws {AppError} `unknown_person`, `last_admin`, `beyond_own_rights`
   */
  removeLink(id: string, by: Person): Promise<void>;
  /** Ends one session of a person, or all. Returns how many. @throws {AppError} `unknown_person`, `beyond_own_rights` */
  endSessions(id: string, session: string | "all", by: Person): Promise<number>;
  /** Refuses where the person has more rights than `by`. @throws {AppError} `unknown_person`, `beyond_own_rights` */
  refuseAbove(id: string, by: Person): Promise<void>;
}

interface PersonDocument extends Document {
  _id: ObjectId;
  name: string;
  email: string;
  role?: string;
  banned?: boolean;
  createdAt: Date;
}

interface SessionDocument extends Document {
  _id: ObjectId;
  userId: ObjectId;
  createdAt: Date;
  updatedAt: Date;
  usedAt?: Date | null;
  expiresAt: Date;
  /** When it ends however much it is used, where that is less than usual. */
  endsAt?: Date | null;
  ipAddress?: string | null;
  userAgent?: string | null;
}

/** What is needed for it. */
export interface PeopleParts {
  store: Store;
  roles: Roles;
  audit: Audit;
  canSignIn: CanSignIn;
  /** Ends what a person has begun of a sign-in. */
  closeChallenges(personId: string): Promise<void>;
  now: () => Date;
}

/** The accounts of a store. */
export function peopleOf({ store, roles, audit, canSignIn, closeChallenges, now }: PeopleParts): People {
  const people = store.collection<PersonDocument>(PEOPLE);
  const sessions = store.collection<SessionDocument>(SESSIONS);
  const accounts = store.collection<{ userId: ObjectId; providerId: string; createdAt: Date }>(ACCOUNTS);

  async function views(found: PersonDocument[]): Promise<PersonView[]> {
    const open = await sessions.find({ userId: { $in: found.map((one) => one._id) }, ...openAt(now()) }, {
      projection: { userId: 1, updatedAt: 1, usedAt: 1 },
    }).toArray();
    const ways = await accounts.find({ userId: { $in: found.map((one) => one._id) } }, {
      projection: { userId: 1, providerId: 1, createdAt: 1 },
    }).toArray();
    const byPerson = Map.groupBy(open, (session) => session.userId.toHexString());
    const names = new Map((await roles.list()).map((role) => [role.id, role.name]));
    return found.map((one) => {
      const mine = byPerson.get(one._id.toHexString()) ?? [];
      const seen = Math.max(0, ...mine.map((session) => usedAt(session).getTime()));
      return {
        id: one._id.toHexString(),
        name: one.name,
        email: one.email,
        role: one.role ?? "",
        roleName: names.get(one.role ?? "") ?? `${one.role ?? "none"} (gone)`,
        isOn: one.banned !== true,
        createdAt: one.createdAt.toISOString(),
        sessions: mine.length,
        lastSeenAt: seen === 0 ? null : new Date(seen).toISOString(),
        hasPassword: ways.some((way) => way.userId.equals(one._id) && way.providerId === "credential"),
        linkedAt: ways.find((way) => way.userId.equals(one._id) && way.providerId === OIDC_ACCOUNT)?.createdAt
          .toISOString() ?? null,
      };
    });
  }

  async function get(id: string): Promise<PersonDocument> {
    const found = ObjectId.isValid(id) && id.length === 24 ? await people.findOne({ _id: new ObjectId(id) }) : null;
    if (found === null) throw new AppError("There is no such person.", "unknown_person", "reject_request");
    return found;
  }

  async function view(id: string): Promise<PersonView> {
    return (await views([await get(id)]))[0]!;
  }

  /** Nobody may touch an account that has more rights than the own one. */
  async function refuseAbove(by: Person, target: PersonDocument): Promise<void> {
    const grant = await roles.grantOf(target.role ?? "");
    if (grant !== null && target._id.toHexString() !== by.id) refuseBeyond(by, grant);
  }

  /** To be called under the lock, before an admin stops being one. */
  async function refuseLastAdmin(target: PersonDocument): Promise<void> {
    if (target.role !== ADMIN_ROLE || target.banned === true) return;
    const others = await people.find(
      { role: ADMIN_ROLE, banned: { $ne: true }, _id: { $ne: target._id } },
      { projection: { _id: 1 } },
    ).toArray();
    if (await canSignIn(others.map((one) => one._id))) return;
    throw new AppError(
      `${target.name} is the last admin who can sign in. Make somebody else an admin first.`,
      "last_admin",
      "reject_request",
    );
  }

  async function grantOf(role: string) {
    const found = await roles.grantOf(role);
    if (found !== null) return found;
    throw new AppError(`There is no role “${role.slice(0, 60)}”`, "unknown_role", "reject_request");
  }

  /** To be called under the lock. */
  async function setRole(
    target: PersonDocument,
    role: string,
    more: { by?: string } = {},
    actor?: Actor,
  ): Promise<void> {
    await refuseLastAdmin(target);
    await people.updateOne({ _id: target._id }, { $set: { role, updatedAt: now() } });
    const details = { from: target.role ?? null, to: role, ...more };
    await audit.write({ action: "person.role_changed", subject: subjectOf(target), details }, actor);
  }

  const subjectOf = (target: PersonDocument) => ({ kind: "person", id: target._id.toHexString(), name: target.name });

  return {
    list: async () => await views(await people.find({}, { sort: { name: 1, _id: 1 } }).toArray()),
    find: (id) => view(id).catch((error) => isUnknown(error) ? null : Promise.reject(error)),

    async sessionsOf(id) {
      const { _id } = await get(id);
      const found = await sessions.find({ userId: _id, ...openAt(now()) }, { sort: { updatedAt: -1 } })
        .toArray();
      return found.map((session) => ({
        id: session._id.toHexString(),
        createdAt: session.createdAt.toISOString(),
        lastUsedAt: usedAt(session).toISOString(),
        expiresAt: (session.endsAt && session.endsAt < session.expiresAt ? session.endsAt : session.expiresAt)
          .toISOString(),
        address: session.ipAddress || null,
        userAgent: session.userAgent || null,
      }));
    },

    refuseAbove: async (id, by) => await refuseAbove(by, await get(id)),

    changeRole: (id, role, by) =>
      underLock(store, ROLES_LOCK, async () => {
        const target = await get(id);
        const wanted = await grantOf(role);
        if (target.role === role) return await view(id);
        await refuseAbove(by, target);
        refuseBeyond(by, wanted);
        await setRole(target, role);
        return await view(id);
      }),

    async takeRole(id, role, label) {
      if ((await get(id)).role === role) return false; // the usual sign-in waits for nobody
      return await underLock(store, ROLES_LOCK, async () => {
        const target = await get(id);
        await grantOf(role);
        if (target.role === role) return false;
        await setRole(target, role, { by: label }, SYSTEM);
        return true;
      });
    },

    removeLink: (id, by) =>
      underLock(store, ROLES_LOCK, async () => {
        const target = await get(id);
        await refuseAbove(by, target);
        const password = await accounts.findOne({ userId: target._id, providerId: "credential" });
        if (password === null) await refuseLastAdmin(target);
        const { deletedCount } = await accounts.deleteMany({ userId: target._id, providerId: OIDC_ACCOUNT });
        if (deletedCount === 0) return;
        await closeChallenges(id);
        const ended = (await sessions.deleteMany({ userId: target._id })).deletedCount;
        await audit.write({
          action: "sign_in.unlinked",
          subject: subjectOf(target),
          details: { sessionsEnded: ended },
        });
      }),

    switchTo: (id, isOn, by) =>
      underLock(store, ROLES_LOCK, async () => {
        const target = await get(id);
        if ((target.banned !== true) === isOn) return await view(id);
        await refuseAbove(by, target);
        if (!isOn && id === by.id) {
          throw new AppError("Nobody can switch the own account off.", "own_account", "reject_request");
        }
        if (!isOn) await refuseLastAdmin(target);
        await people.updateOne({ _id: target._id }, { $set: { banned: !isOn, updatedAt: now() } });
        const ended = isOn ? 0 : (await sessions.deleteMany({ userId: target._id })).deletedCount;
        await audit.write({
          action: isOn ? "person.switched_on" : "person.switched_off",
          subject: subjectOf(target),
          details: isOn ? {} : { sessionsEnded: ended },
        });
        return await view(id);
      }),

    async endSessions(id, session, by) {
      const target = await get(id);
      await refuseAbove(by, target);
      const one = session === "all" ? {} : { _id: ObjectId.isValid(session) ? new ObjectId(session) : new ObjectId() };
      const { deletedCount } = await sessions.deleteMany({ userId: target._id, ...one });
      if (deletedCount > 0) {
        await audit.write({ action: "session.revoked", subject: subjectOf(target), details: { ended: deletedCount } });
      }
      return deletedCount;
    },
  };
}

/** Sessions from before uses were noted have only the time when they were begun or lengthened. */
const usedAt = (session: SessionDocument) => session.usedAt ?? session.updatedAt;

/** The sessions that have not ended. */
const openAt = (at: Date) => ({ expiresAt: { $gt: at }, $or: [{ endsAt: null }, { endsAt: { $gt: at } }] });

const isUnknown = (error: unknown) => error instanceof AppError && error.code === "unknown_person";
