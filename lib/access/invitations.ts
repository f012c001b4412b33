import { AppError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { Audit } from "./audit.ts";
import type { LinkDocument, Links } from "./links.ts";
import { isEmail, type NewPerson } from "./new_person.ts";
import { refuseBeyond, type Roles } from "./role_store.ts";
import type { Person } from "./roles.ts";

/** How long an invitation can be taken, in milliseconds: a week. */
export const INVITATION_LASTS_MS = 7 * 24 * 3600_000;

/** An open invitation as the Users page shows it. Plain values, times in ISO. */
export interface InvitationView {
  id: string;
  email: string;
  role: string;
  roleName: string;
  by: string;
  createdAt: string;
  expiresAt: string;
}

/** What was made: the link is known this once. */
export interface MadeLink {
  email: string;
  link: string;
  /** False: no mail went out, so the link must be handed over by who made it. */
  isMailed: boolean;
}

/** Invitations by link. Every change is written to the audit log. */
export interface Invitations {
  /**
   * Invites an address to a role; an earlier invitation of it ends. The link is mailed where mail is set up.
   *
   * @param origin where people reach the program, for the link; mail only ever names `PUBLIC_URL`
   * @throws {AppError} `bad_person`, `email_taken`, `unknown_role`, `beyond_own_rights`
   */
  invite(email: string, role: string, by: Person, origin: string): Promise<MadeLink>;
  /** Those that can still be taken, newest first. */
  list(): Promise<InvitationView[]>;
  /** Takes an invitation back. @throws {AppError} `unknown_invitation`, `beyond_own_rights` */
  revoke(id: string, by: Person): Promise<void>;
  /** What a token invites to; null when it is used, taken back, too old or wrong. */
  open(token: string): Promise<{ email: string; roleName: string } | null>;
  /**
   * Makes the account of an invitation. Null when the link can no longer be used.
   *
   * @throws {AppError} `bad_person`, `email_taken`; the link stays usable
   */
  accept(token: string, person: { name: string; password: string }): Promise<Person | null>;
}

/** What invitations are made of. */
export interface InvitationParts {
  links: Links;
  roles: Roles;
  audit: Audit;
  /** Null: links are copied by hand. */
  mailer: { send: Mailer; publicUrl: string } | null;
  isTaken(email: string): Promise<boolean>;
  /** The account of an id with its rights of now, null when it may not sign in. */
  personWith(id: string): Promise<Person | null>;
  createPerson(person: NewPerson): Promise<Person>;
}

/** The invitations of a store. */
export function invitationsOf(parts: InvitationParts): Invitations {
  const { links, roles, audit, mailer } = parts;
  const subjectOf = (link: LinkDocument) => ({ kind: "invitation", id: link._id, name: link.email });

  /** Who invited must still be able to give the role: an invitation must not outlive the rights of its maker. */
  async function usable(token: string): Promise<{ link: LinkDocument; roleName: string } | null> {
    const link = await links.open("invitation", token);
    if (link === null || link.role === undefined || link.by === null) return null;
    const [grant, by] = await Promise.all([roles.grantOf(link.role), parts.personWith(link.by.id)]);
    if (grant === null || by === null || !by.permissions.includes("users:manage")) return null;
    try {
      refuseBeyond(by, grant);
    } catch {
      return null;
    }
    return { link, roleName: grant.name };
  }

  return {
    async invite(given, role, by, origin) {
      const email = given.trim().toLowerCase();
      if (!isEmail(email)) {
        const what = email === "" ? "Enter an e-mail address." : `“${email.slice(0, 80)}” is not an e-mail address.`;
        throw new AppError(what, "bad_person", "reject_request");
      }
      const grant = await roles.grantOf(role);
      if (grant === null) {
        throw new AppError(`There is no role “${role.slice(0, 60)}”`, "unknown_role", "reject_request");
      }
      refuseBeyond(by, grant);
      if (await parts.isTaken(email)) {
        throw new AppError(`An account with the address ${email} exists already`, "email_taken", "reject_request");
      }
      const maker = { id: by.id, name: by.name };
      const { link, token } = await links.make({
        kind: "invitation",
        email,
        role,
        by: maker,
        lastsMs: INVITATION_LASTS_MS,
      });
      const isMailed = mailer !== null && await mailed(mailer, by.name, email, token);
      await audit.write({ action: "invitation.made", subject: subjectOf(link), details: { role, mailed: isMailed } });
      return { email, link: `${mailer?.publicUrl ?? origin}/invite/${token}`, isMailed };
    },

    async list() {
      const names = new Map((await roles.list()).map((role) => [role.id, role.name]));
      return (await links.list("invitation")).map(({ _id, email, role = "", by, createdAt, expiresAt }) => ({
        id: _id,
        email,
        role,
        roleName: names.get(role) ?? `${role} (gone)`,
        by: by?.name ?? "",
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      }));
    },

    async revoke(id, by) {
      const found = (await links.list("invitation")).find((link) => link._id === id);
      const grant = found && await roles.grantOf(found.role ?? "");
      if (grant) refuseBeyond(by, grant);
      const closed = await links.close("invitation", id);
      if (closed === null) {
        throw new AppError("This invitation is no longer open.", "unknown_invitation", "reject_request");
      }
      await audit.write({ action: "invitation.revoked", subject: subjectOf(closed) });
    },

    async open(token) {
      const found = await usable(token);
      return found && { email: found.link.email, roleName: found.roleName };
    },

    async accept(token, { name, password }) {
      const found = await usable(token);
      if (found === null || !await links.claim(found.link._id)) return null;
      try {
        const person = await parts.createPerson({ name, password, email: found.link.email, role: found.link.role! });
        await audit.write({
          action: "invitation.taken",
          subject: subjectOf(found.link),
          details: { person: person.id },
        });
        return person;
      } catch (error) {
        await links.release(found.link._id);
        throw error;
      }
    },
  };
}

async function mailed(
  { send, publicUrl }: { send: Mailer; publicUrl: string },
  from: string,
  to: string,
  token: string,
): Promise<boolean> {
  const text = `${from} invites you to Tidemark at ${publicUrl}.\n\n` +
    `Choose a name and a password here. The link works once, for 7 days:\n${publicUrl}/invite/${token}\n\n` +
    "If you do not expect this, do nothing: no account is made.\n";
  try {
    await send({ to, subject: "Your invitation to Tidemark", text });
    return true;
  } catch (error) {
    logOf("access").warn("An invitation could not be mailed: {message}", { message: messageOf(error) });
    return false;
  }
}
