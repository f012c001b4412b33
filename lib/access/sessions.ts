import { ObjectId } from "mongodb";
import type { Store } from "../store/connect.ts";
import { ADDRESS_HEADER } from "./address.ts";
import { type Auth, SESSIONS } from "./auth.ts";
import type { Person } from "./roles.ts";
import type { StoredPeople } from "./stored_person.ts";

/** The use of a session is noted once in this time, so that it costs no write per request. */
const USE_NOTED_EVERY_MS = 60_000;

/** After this time a session has ended, however much it is used, where it was not given less: 30 days. */
const SESSION_ENDS_MS = 30 * 24 * 3600_000;

/** From where a session is opened. */
export interface SessionOrigin {
  /** True: the session outlives the browser, for at most seven days without use. */
  remember: boolean;
  /** The trusted address of `callerAddress`. */
  address: string | null;
  userAgent: string | null;
  /** Headers of the request that signs in: a session that they hold ends, so that none outlives a sign-in. */
  replaces?: Headers;
}

/** A session that was asked for, and the cookies that lengthen one in use or remove one that has ended. */
export interface FoundSession {
  person: Person | null;
  id: string | null;
  cookies: string[];
  /** True when the settings want a second factor of this person and the session was opened without one. */
  lacksSecondFactor: boolean;
}

/** A session as it is stored. */
type StoredSession = Omit<FoundSession, "lacksSecondFactor"> & { secondFactor: string | null };

/** Sessions, kept in the database by the account library. */
export interface Sessions {
  /**
   * Opens a session with a new id for an account that exists. Returns whole `Set-Cookie` values.
   *
   * @param secondFactor what was shown as the second factor; null for none
   * @param endsAfterMs after how long it ends, however much it is used; 30 days at most
   */
  open(
    personId: string,
    origin: SessionOrigin,
    secondFactor: string | null,
    endsAfterMs?: number,
  ): Promise<string[]>;
  /** The session of these headers, by their cookies alone. */
  read(headers: Headers): Promise<StoredSession>;
  /** Ends the session of these headers. Returns the cookies that remove it from the browser. */
  end(headers: Headers): Promise<string[]>;
}

/** The sessions of a store. */
export function sessionsOf(auth: Auth, store: Store, people: StoredPeople, now: () => Date): Sessions {
  const sessions = store.collection(SESSIONS);

  async function end(headers: Headers): Promise<string[]> {
    const done = await auth.api.signOut({ headers: cookieOnly(headers), returnHeaders: true });
    return done.headers.getSetCookie();
  }

  return {
    end,

    async open(personId, { remember, address, userAgent, replaces }, secondFactor, endsAfterMs = SESSION_ENDS_MS) {
      const headers = new Headers();
      if (address !== null) headers.set(ADDRESS_HEADER, address);
      if (userAgent !== null) headers.set("User-Agent", userAgent.slice(0, 500));
      const opened = await auth.api.openSession({
        body: { personId, remember, secondFactor },
        headers,
        returnHeaders: true,
      });
      if (endsAfterMs < SESSION_ENDS_MS) {
        const endsAt = new Date(now().getTime() + endsAfterMs);
        await sessions.updateOne({ _id: new ObjectId(opened.response.id) }, { $set: { endsAt } });
      }
      if (replaces?.has("cookie")) await end(replaces).catch(() => {}); // none was open
      return opened.headers.getSetCookie();
    },

    async read(headers) {
      if (!headers.has("cookie")) return { person: null, id: null, cookies: [], secondFactor: null };
      const found = await auth.api.getSession({ headers: cookieOnly(headers), returnHeaders: true });
      const open = found.response?.session;
      const at = now();
      if (open && at.getTime() >= endOf(open)) {
        return { person: null, id: null, cookies: await end(headers), secondFactor: null };
      }
      const person = await people.personOf(found.response?.user);
      if (open && person) {
        const noted = open.usedAt ? new Date(open.usedAt).getTime() : 0;
        if (at.getTime() - noted >= USE_NOTED_EVERY_MS) {
          await sessions.updateOne({ _id: new ObjectId(open.id) }, { $max: { usedAt: at } });
        }
      }
      return {
        person,
        id: open?.id ?? null,
        cookies: found.headers.getSetCookie(),
        secondFactor: open?.secondFactor ?? null,
      };
    },
  };
}

/** Only the cookies of a request: all that a session lookup needs, so nothing else can sway it. */
function cookieOnly(headers: Headers): Headers {
  return new Headers({ cookie: headers.get("cookie") ?? "" });
}

/** When a session ends at the latest, in milliseconds; without use it ends earlier, by the account library. */
function endOf({ createdAt, endsAt }: { createdAt: Date; endsAt?: Date | null }): number {
  const latest = new Date(createdAt).getTime() + SESSION_ENDS_MS;
  return endsAt ? Math.min(new Date(endsAt).getTime(), latest) : latest;
}
