import type { Config } from "../config.ts";
import { AppError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Store } from "../store/connect.ts";
import { PEOPLE } from "./auth.ts";
import { setupLinks } from "./first_admin.ts";
import type { NewPerson } from "./new_person.ts";
import { ADMIN_ROLE, type Person } from "./roles.ts";
import type { CanSignIn } from "./ways_in.ts";

/** How a program without an admin comes to have one. */
export interface Setup {
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
}

/** What the set-up works with. */
export interface SetupParts {
  config: Pick<Config, "publicUrl" | "adminEmail" | "adminPassword" | "port">;
  store: Store;
  createPerson(person: NewPerson): Promise<Person>;
  canSignIn: CanSignIn;
  now: () => Date;
}

/**
 * Opens the set-up, and makes the first admin where the settings name one and none exists.
 *
 * @throws {AppError} `bad_config` when the first admin's address or password of the settings will not do
 */
export async function openSetup({ config, store, createPerson, canSignIn, now }: SetupParts): Promise<Setup> {
  const log = logOf("access");
  const links = setupLinks(store);
  let adminSeen = false; // only ever remembered as true: closing the setup too long does no harm, opening it would

  async function hasAdmin(): Promise<boolean> {
    if (adminSeen) return true;
    const admins = await store.collection(PEOPLE)
      .find({ role: ADMIN_ROLE, banned: { $ne: true } }, { projection: { _id: 1 } }).toArray();
    return adminSeen = await canSignIn(admins.map((one) => one._id));
  }

  async function createAdmin(admin: Omit<NewPerson, "role">): Promise<void> {
    await createPerson({ ...admin, role: ADMIN_ROLE });
    await links.clear();
  }

  async function createConfiguredAdmin(email: string, password: string) {
    try {
      await createAdmin({ name: nameFromEmail(email), email, password });
      log.info("Made the first admin, {email}", { email });
    } catch (error) {
      if (await hasAdmin()) return; // another process was faster
      const advice = "Change ADMIN_EMAIL or ADMIN_PASSWORD";
      throw new AppError(`Cannot make the first admin: ${messageOf(error)} ${advice}.`, "bad_config", "fix_config", {
        cause: error,
      });
    }
  }

  if (config.adminEmail !== null && config.adminPassword !== null && !(await hasAdmin())) {
    await createConfiguredAdmin(config.adminEmail, config.adminPassword);
  }

  return {
    hasAdmin,

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
        await createAdmin(admin);
        log.info("Made the first admin by the setup link, {email}", { email: admin.email });
        return true;
      } catch (error) {
        await links.release(token);
        throw error;
      }
    },
  };
}

/** A name to begin with, until the person sets one: `laura.meier@…` becomes `Laura Meier`. */
function nameFromEmail(email: string): string {
  const words = (email.split("@")[0] ?? "").split(/[._+-]+/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ") || email;
}
