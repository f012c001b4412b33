import { ObjectId } from "mongodb";
import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { Store } from "../store/connect.ts";
import { actorOf } from "./actor.ts";
import { networkOf } from "./address.ts";
import type { Audit } from "./audit.ts";
import { ACCOUNTS, PEOPLE, SESSIONS } from "./auth.ts";
import type { MadeLink } from "./invitations.ts";
import type { LinkDocument, Links } from "./links.ts";
import type { People } from "./people.ts";
import type { Person } from "./roles.ts";
import type { Throttle } from "./throttle.ts";

/** How long a link for a new password works, in milliseconds: an hour. */
export const RESET_LASTS_MS = 3600_000;
/** How often one address (of the network) may ask for a link. */
export const FORGOT_LIMIT = { most: 5, windowMs: 15 * 60_000 };
/** How many such mails one account gets: more would only annoy it. */
const MAILS_LIMIT = { most: 3, windowMs: 3600_000 };

/** New passwords for those who have forgotten theirs. */
export interface Resets {
  /** True when the sign-in page can send links; without mail, an admin makes them. */
  canMail: boolean;
  /**
   * Mails a link where the address has an account that may sign in. Returns before anything was looked up: neither the
   * answer nor its time tells whether the account exists.
   *
   * @param address the caller's trusted address, on which the limit is counted
   * @returns null, or after how many seconds the caller may ask again
   */
  ask(email: string, address: string | null): Promise<number | null>;
  /** Resolves when everything that was asked for so far is done: before the program ends. */
  settled(): Promise<void>;
  /**
   * Makes a link for a person, to be handed over. It is not mailed.
   *
   * @throws {AppError} `unknown_person`, `beyond_own_rights`
   */
  make(personId: string, by: Person, origin: string): Promise<MadeLink>;
  /** Whose password a token changes; null when it is used, too old or wrong, or the account is switched off. */
  open(token: string): Promise<{ email: string } | null>;
  /** Sets the password and ends all sessions. False when the link can no longer be used. Does not look at the password. */
  use(token: string, password: string): Promise<boolean>;
}

/** What resets are made of. */
export interface ResetParts {
  store: Store;
  links: Links;
  people: People;
  audit: Audit;
  throttle: Throttle;
  /** Null: links are copied by hand. */
  mailer: { send: Mailer; publicUrl: string } | null;
  hash(password: string): Promise<string>;
  /** Ends sign-ins by the old password that wait for a code. */
  closeChallenges(personId: string): Promise<void>;
  /** @throws {AppError} `beyond_own_rights` when the person has more rights than `by` */
  refuseAbove(by: Person, personId: string): Promise<void>;
}

/** Resets on a store. */
export function resetsOf(parts: ResetParts): Resets {
  const { store, links, people, audit, throttle, mailer } = parts;
  const accounts = store.collection(ACCOUNTS);
  const waiting = new Set<Promise<void>>();

  /** The one who may get a link: an account that is on and signs in by a password. */
  async function holder(by: { email: string } | { _id: ObjectId }) {
    const found = await store.collection(PEOPLE).findOne({ ...by, banned: { $ne: true } });
    const has = found && await accounts.findOne({ userId: found._id, providerId: "credential" });
    return has ? { id: found._id as ObjectId, email: String(found.email), name: String(found.name) } : null;
  }

  const subjectOf = (person: { id: ObjectId | string; name: string }) => ({
    kind: "person",
    id: String(person.id),
    name: person.name,
  });

  const linkOf = (person: { id: ObjectId | string; email: string }, by: LinkDocument["by"]) =>
    links.make({ kind: "reset", email: person.email, personId: String(person.id), by, lastsMs: RESET_LASTS_MS });

  async function mailTo(email: string, address: string | null): Promise<void> {
    const person = await holder({ email });
    if (person === null || mailer === null) return;
    if (await throttle.count(`reset mail:${person.id}`, MAILS_LIMIT) !== null) return;
    const { token } = await linkOf(person, null);
    await audit.write({ action: "password.reset_asked", subject: subjectOf(person) }, actorOf(null, address));
    const text = `Somebody, perhaps you, has asked for a new password of Tidemark at ${mailer.publicUrl}.\n\n` +
      `Choose it here. The link works once, for an hour:\n${mailer.publicUrl}/reset/${token}\n\n` +
      "If it was not you, do nothing: your password stays as it is.\n";
    await mailer.send({ to: person.email, subject: "A new password for Tidemark", text });
  }

  async function usable(token: string) {
    const link = await links.open("reset", token);
    const person = link?.personId ? await holder({ _id: new ObjectId(link.personId) }) : null;
    // a link is for the address that it was sent to
    return link && person && person.email === link.email ? { link, person } : null;
  }

  return {
    canMail: mailer !== null,

    async ask(email, address) {
      const wait = await throttle.count(`forgot:${networkOf(address)}`, FORGOT_LIMIT);
      if (wait !== null) return wait;
      const work = mailTo(email.trim().toLowerCase(), address).catch((error) => {
        logOf("access").error("A link for a new password could not be sent: {message}", { message: messageOf(error) });
      }).finally(() => waiting.delete(work));
      waiting.add(work);
      return null;
    },

    async settled() {
      await Promise.all(waiting);
    },

    async make(personId, by, origin) {
      await parts.refuseAbove(by, personId);
      const { email, name } = (await people.find(personId))!;
      const { token } = await linkOf({ id: personId, email }, { id: by.id, name: by.name });
      await audit.write({ action: "password.link_made", subject: subjectOf({ id: personId, name }) });
      return { email, link: `${mailer?.publicUrl ?? origin}/reset/${token}`, isMailed: false };
    },

    async open(token) {
      const found = await usable(token);
      return found && { email: found.person.email };
    },

    async use(token, password) {
      const found = await usable(token);
      if (found === null) return false;
      const hash = await parts.hash(password); // before the claim: whoever dies here has lost nothing
      if (!await links.claim(found.link._id)) return false;
      const { id } = found.person;
      try {
        await accounts.updateOne({ userId: id, providerId: "credential" }, {
          $set: { password: hash, updatedAt: new Date() },
        });
      } catch (error) {
        await links.release(found.link._id);
        throw error;
      }
      await links.closeAll("reset", found.person.email); // two that were asked for at once may both have stayed open
      await parts.closeChallenges(String(id));
      const { deletedCount } = await store.collection(SESSIONS).deleteMany({ userId: id });
      await audit.write({
        action: "password.reset",
        subject: subjectOf(found.person),
        details: { sessionsEnded: deletedCount },
      });
      return true;
    },
  };
}
