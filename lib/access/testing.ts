import type { Mail } from "../mail/mailer.ts";
import type { Store } from "../store/connect.ts";
import { type Access, openAccess } from "./access.ts";
import { NO_LIMITS } from "./limits.ts";
import type { NewPerson } from "./new_person.ts";
import { codeOf, stepAt } from "./second_factor/totp.ts";
import type { RequireTwoFactor } from "./second_factor/required.ts";
import { type BuiltInRole, FIRST_GRANTS, type Person } from "./roles.ts";

/** A person for tests, with what a built-in role allows at first. */
export function personWith(role: BuiltInRole, change: Partial<Person> = {}): Person {
  return {
    id: "1",
    name: "Ada Roe",
    email: "ada@example.com",
    role,
    roleName: role,
    initials: "AR",
    permissions: FIRST_GRANTS[role],
    limits: NO_LIMITS,
    key: null,
    seesAs: null,
    ...change,
  };
}

/** A password that will do. */
export const TEST_PASSWORD = "correct horse battery";

/** Accounts on a store of their own, with a clock that tests move and mail that they read. */
export async function openTestAccess(
  store: Store,
  { mail = true, require = "off" }: { mail?: boolean; require?: RequireTwoFactor } = {},
): Promise<TestAccess> {
  const mails: Mail[] = [];
  let time = Date.now(), last = 0;
  const access = await openAccess({
    config: {
      publicUrl: mail ? "https://tidemark.example.com" : null,
      appSecret: "0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
      adminEmail: null,
      adminPassword: null,
      port: 8000,
      requireTwoFactor: require,
    },
    store,
    now: () => new Date(time),
    mailer: mail
      ? (one) => {
        mails.push(one);
        return Promise.resolve();
      }
      : null,
  });
  return {
    access,
    mails,
    now: () => new Date(time),
    pass: (ms) => time += ms,
    make: (name, role, more = {}) =>
      access.createPerson({ name, email: `${name.toLowerCase()}@example.com`, password: TEST_PASSWORD, role, ...more }),
    async signIn(email, password = TEST_PASSWORD, replaces) {
      // each from an address of its own, so that limits do not meet
      const address = `198.51.100.${++last % 250}`;
      const result = await access.signIn({ email, password, remember: false, address, userAgent: "Test/1", replaces });
      if (result.outcome !== "done") return null;
      return new Headers({ cookie: result.cookies.map((cookie) => cookie.split(";")[0]).join("; ") });
    },
    async switchFactorOn(person, headers) {
      const session = (await access.session(headers)).id!;
      const { text } = await access.secondFactor.begin(person, { password: TEST_PASSWORD, session });
      const key = text.replaceAll(" ", "");
      const codeAt = (later = 0) => codeOf(key, stepAt(new Date(time)) + later);
      const recovery = await access.secondFactor.confirm(person, { code: codeAt(), session });
      return { key, recovery, codeAt };
    },
    async actions() {
      const found = await store.collection("audit_log").find({}, { sort: { _id: 1 } }).toArray();
      return found.map(({ action }) => String(action));
    },
  };
}

/** What {@link openTestAccess} gives. */
export interface TestAccess {
  access: Access;
  mails: Mail[];
  /** The clock. */
  now(): Date;
  /** Moves the clock on. */
  pass(ms: number): void;
  make(name: string, role: string, more?: Partial<NewPerson>): Promise<Person>;
  /** The headers of a browser that signed in; null when it was refused. */
  signIn(email: string, password?: string, replaces?: Headers): Promise<Headers | null>;
  /** Sets up a second factor in a session. `codeAt(n)` is the code of the clock's time, n steps on. */
  switchFactorOn(
    person: Person,
    headers: Headers,
  ): Promise<{ key: string; recovery: string[]; codeAt(later?: number): string }>;
  /** What the audit log tells, in order. */
  actions(): Promise<string[]>;
}
