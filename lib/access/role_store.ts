import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import type { Audit } from "./audit.ts";
import { PEOPLE } from "./auth.ts";
import { cleanLimits, isLimited, NO_LIMITS, type RowLimits } from "./limits.ts";
import { isDuplicate } from "../store/duplicate.ts";
import { underLock } from "./lock.ts";
import { isPermission, type Permission, PERMISSIONS } from "./permissions.ts";
import { ADMIN_ROLE, BUILT_IN_ROLES, covers, FIRST_GRANTS, type Grant, type Person } from "./roles.ts";

/** A role as it is kept in `access_roles`. */
interface RoleDocument {
  /** Short name that people's accounts hold. */
  _id: string;
  name: string;
  /** The name in lower case: no two roles differ by case alone. */
  nameKey: string;
  permissions: string[];
  /** Every permission that existed when the role was last looked at: a later one gets its first grant once. */
  known: string[];
  limits: RowLimits;
  /** Grows with every change, so that nobody overwrites what they have not seen. */
  version: number;
  createdAt: Date;
  createdBy: string | null;
}

/** A role as pages see it. Plain values. */
export interface RoleView extends Grant {
  id: string;
  name: string;
  isBuiltIn: boolean;
  /** The admin: always everything. */
  isFixed: boolean;
  version: number;
  /** ISO time. */
  createdAt: string;
  createdBy: string | null;
  /** Accounts that have it, those that are switched off among them. */
  people: number;
}

/** One cell of the matrix to be changed. */
export interface GrantChange {
  role: string;
  permission: Permission;
  allowed: boolean;
}

/** The roles there are. Every change is refused that would give away more than the one who makes it has. */
export interface Roles {
  /** Built-in ones first, then by name. */
  list(): Promise<RoleView[]>;
  find(id: string): Promise<RoleView | null>;
  /** What a role allows now, with its name; null for one that is gone. */
  grantOf(id: string): Promise<(Grant & { name: string }) | null>;
  /**
   * Makes a role, empty or with what another one allows.
   *
   * @throws {AppError} `bad_role`, `role_taken`, `unknown_role`, `beyond_own_rights`
   */
  create(role: { name: string; from?: string }, by: Person): Promise<RoleView>;
  /**
   * Changes cells of the matrix.
   *
   * @param versions the versions that the person looked at, by role
   * @returns the roles that were changed
   * @throws {AppError} `role_changed` when one was changed meanwhile; `role_fixed` for the admin; `beyond_own_rights`
   */
  change(changes: GrantChange[], versions: Map<string, number>, by: Person): Promise<RoleView[]>;
  /** Sets name and row rights of one role. @throws {AppError} as for `change`, and `bad_role`, `role_taken` */
  describe(id: string, to: { name: string; limits: RowLimits; version: number }, by: Person): Promise<RoleView>;
  /** Removes a role. @throws {AppError} `role_built_in`, `role_in_use`, `role_fixed`, `unknown_role`, `beyond_own_rights` */
  remove(id: string, by: Person): Promise<RoleView>;
}

/** The lock under which roles and who has them change. */
export const ROLES_LOCK = "roles";

const MOST_NAME_LENGTH = 60;

/** Opens the roles: those of a first start are made where they are missing, and permissions that are new are granted once. */
export async function openRoles(store: Store, now: () => Date, audit: Audit): Promise<Roles> {
  const roles = store.collection<RoleDocument>("access_roles");
  await roles.createIndex({ nameKey: 1 }, { unique: true, name: "nameKey_uidx" });
  await makeBuiltIn();

  async function makeBuiltIn(): Promise<void> {
    const there = await roles.find({ _id: { $in: [...BUILT_IN_ROLES] } }, { projection: { known: 1 } }).toArray();
    for (const id of BUILT_IN_ROLES) {
      const known = there.find((role) => role._id === id)?.known ?? [];
      if (PERMISSIONS.every((permission) => known.includes(permission))) continue; // the usual start
      const name = id.charAt(0).toUpperCase() + id.slice(1);
      const first = {
        name,
        nameKey: keyOf(name),
        permissions: [],
        known: [],
        limits: {},
        version: 1,
        createdAt: now(),
        createdBy: null,
      };
      await roles.updateOne({ _id: id }, { $setOnInsert: first }, { upsert: true }).catch((error) => {
        if (!isDuplicate(error)) throw error; // another process was faster
      });
      // one update per permission, so that two processes that start at once grant it once and undo nobody's change
      for (const permission of PERMISSIONS) {
        await roles.updateOne({ _id: id, known: { $ne: permission } }, {
          $addToSet: {
            known: permission,
            ...(FIRST_GRANTS[id].includes(permission) ? { permissions: permission } : {}),
          },
        });
      }
    }
  }

  async function countPeople(): Promise<Map<string, number>> {
    const counted = await store.collection(PEOPLE).aggregate<{ _id: string; people: number }>([
      { $group: { _id: "$role", people: { $sum: 1 } } },
    ]).toArray();
    return new Map(counted.map(({ _id, people }) => [_id, people]));
  }

  async function get(id: string): Promise<RoleDocument> {
    const found = await roles.findOne({ _id: id });
    if (found === null) throw new AppError(`There is no role “${id.slice(0, 60)}”`, "unknown_role", "reject_request");
    return found;
  }

  async function view(id: string): Promise<RoleView> {
    const [found, people] = await Promise.all([get(id), countPeople()]);
    return viewOf(found, people.get(id) ?? 0);
  }

  /** Writes a change of one role, unless somebody else has changed it. */
  async function write(id: string, version: number, change: Partial<RoleDocument>): Promise<void> {
    try {
      const done = await roles.updateOne({ _id: id, version }, { $set: change, $inc: { version: 1 } });
      if (done.matchedCount === 1) return;
    } catch (error) {
      throw isDuplicate(error) ? nameTaken(change.name ?? id) : error;
    }
    throw new AppError(
      `The role ${(await get(id)).name} was changed meanwhile. Look at it again and repeat what is still right.`,
      "role_changed",
      "reject_request",
    );
  }

  return {
    async list() {
      const [all, people] = await Promise.all([roles.find().toArray(), countPeople()]);
      const rank = (role: RoleDocument) => (BUILT_IN_ROLES as readonly string[]).indexOf(role._id) >>> 0;
      return all.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en"))
        .map((role) => viewOf(role, people.get(role._id) ?? 0));
    },

    find: (id) => view(id).catch(() => null),

    async grantOf(id) {
      const found = await roles.findOne({ _id: id });
      return found && { ...grantIn(found), name: found.name };
    },

    async create({ name, from }, by) {
      const clean = cleanName(name);
      const grant = from === undefined ? { permissions: [], limits: by.limits } : grantIn(await get(from));
      refuseBeyond(by, grant);
      const id = slugOf(clean);
      const document: RoleDocument = {
        _id: id,
        name: clean,
        nameKey: keyOf(clean),
        permissions: [...grant.permissions],
        known: [...PERMISSIONS],
        limits: grant.limits,
        version: 1,
        createdAt: now(),
        createdBy: by.name,
      };
      try {
        await roles.insertOne(document);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        if (await roles.findOne({ nameKey: keyOf(clean) })) throw nameTaken(clean);
        document._id = `${id}-${crypto.randomUUID().slice(0, 4)}`; // another name with the same letters
        await roles.insertOne(document);
      }
      const made = viewOf(document, 0);
      await audit.write({
        action: "role.created",
        subject: subjectOf(made),
        details: { from: from ?? null, permissions: [...made.permissions], limits: { ...made.limits } },
      });
      return made;
    },

    change: (changes, versions, by) =>
      underLock(store, ROLES_LOCK, async () => {
        const byRole = Map.groupBy(changes, (change) => change.role);
        const next: [RoleDocument, Permission[]][] = [];
        for (const [id, cells] of byRole) { // everything is checked before anything is written
          const role = await get(id);
          refuseFixed(role);
          const before = new Set(grantIn(role).permissions);
          const after = new Set(before);
          for (const { permission, allowed } of cells) allowed ? after.add(permission) : after.delete(permission);
          const changed = [...before.symmetricDifference(after)];
          refuseBeyond(by, { permissions: changed, limits: grantIn(role).limits });
          if (versions.get(id) !== role.version) await write(id, versions.get(id) ?? -1, {});
          next.push([role, PERMISSIONS.filter((one) => after.has(one))]);
        }
        for (const [role, permissions] of next) {
          const before = grantIn(role).permissions;
          await write(role._id, role.version, { permissions });
          await audit.write({
            action: "role.changed",
            subject: { kind: "role", id: role._id, name: role.name },
            details: {
              given: permissions.filter((one) => !before.includes(one)),
              taken: before.filter((one) => !permissions.includes(one)),
            },
          });
        }
        return await Promise.all([...byRole.keys()].map(view));
      }),

    describe: (id, { name, limits, version }, by) =>
      underLock(store, ROLES_LOCK, async () => {
        const role = await get(id);
        refuseFixed(role);
        const clean = cleanName(name);
        const wanted = cleanLimits(limits);
        const grant = grantIn(role);
        // both what it is and what it is to be must lie within one's own rights
        refuseBeyond(by, grant);
        refuseBeyond(by, { permissions: [], limits: wanted });
        await write(id, version, { name: clean, nameKey: keyOf(clean), limits: wanted });
        await audit.write({
          action: "role.described",
          subject: { kind: "role", id, name: clean },
          details: {
            ...(role.name === clean ? {} : { from: role.name }),
            limitsBefore: { ...grant.limits },
            limits: { ...wanted },
          },
        });
        return await view(id);
      }),

    remove: (id, by) =>
      underLock(store, ROLES_LOCK, async () => {
        const role = await view(id);
        if (role.isBuiltIn) {
          throw new AppError(
            `The role ${role.name} is built in and stays. Take its permissions away if nobody should have them.`,
            "role_built_in",
            "reject_request",
          );
        }
        if (role.people > 0) {
          throw new AppError(
            `${role.people === 1 ? "1 person has" : `${role.people} people have`} the role ${role.name}. ` +
              "Give them another one first.",
            "role_in_use",
            "reject_request",
          );
        }
        refuseBeyond(by, role);
        await roles.deleteOne({ _id: id });
        await audit.write({ action: "role.removed", subject: subjectOf(role) });
        return role;
      }),
  };
}

const subjectOf = (role: RoleView) => ({ kind: "role", id: role.id, name: role.name });

/** What a stored role allows: the admin everything, whatever stands there. Permissions that no longer exist are left out. */
function grantIn(role: RoleDocument): Grant {
  if (role._id === ADMIN_ROLE) return { permissions: PERMISSIONS, limits: NO_LIMITS };
  return { permissions: role.permissions.filter(isPermission), limits: cleanLimits(role.limits) };
}

function viewOf(role: RoleDocument, people: number): RoleView {
  return {
    id: role._id,
    name: role.name,
    ...grantIn(role),
    isBuiltIn: BUILT_IN_ROLES.some((id) => id === role._id),
    isFixed: role._id === ADMIN_ROLE,
    version: role.version,
    createdAt: role.createdAt.toISOString(),
    createdBy: role.createdBy,
    people,
  };
}

/**
 * Refuses to give or take what the person does not have.
 *
 * @throws {AppError} `beyond_own_rights`
 */
export function refuseBeyond(by: Person, grant: Grant): void {
  if (covers(by, grant)) return;
  const lacking = grant.permissions.filter((one) => !by.permissions.includes(one));
  const what = lacking.length > 0
    ? `${lacking.join(", ")}, which your own role does not allow`
    : `${isLimited(grant.limits) ? "rows" : "all rows"} that your own role does not show`;
  throw new AppError(
    `You cannot give or take rights beyond your own: this is about ${what}.`,
    "beyond_own_rights",
    "reject_request",
  );
}

function refuseFixed(role: RoleDocument): void {
  if (role._id !== ADMIN_ROLE) return;
  throw new AppError(
    "The role Admin always allows everything, roles:manage among it: somebody must be able to mend all others.",
    "role_fixed",
    "reject_request",
  );
}

const keyOf = (name: string) => name.toLowerCase();

function cleanName(name: string): string {
  const clean = name.normalize("NFC").trim().replace(/\s+/gu, " ");
  if (clean === "") throw new AppError("Enter a name for the role.", "bad_role", "reject_request");
  if (clean.length > MOST_NAME_LENGTH || /\p{Cc}/u.test(clean)) {
    throw new AppError(`A role's name has at most ${MOST_NAME_LENGTH} plain characters.`, "bad_role", "reject_request");
  }
  return clean;
}

function nameTaken(name: string): AppError {
  return new AppError(`There is a role named ${name} already. Choose another name.`, "role_taken", "reject_request");
}

/** `Warehouse lead` becomes `warehouse-lead`. */
function slugOf(name: string): string {
  const plain = name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return plain === "" ? `role-${crypto.randomUUID().slice(0, 8)}` : plain.slice(0, 40);
}
