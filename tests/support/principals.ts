import { type Access, openAccess } from "../../lib/access/mod.ts";
import { PERMISSIONS } from "../../lib/access/permissions.ts";
import type { RowLimits } from "../../lib/access/limits.ts";
import type { Person } from "../../lib/access/roles.ts";
import type { TestApp } from "./app.ts";

const PASSWORD = "correct horse battery";

/** Accounts of a running program, by the way past its pages: the same database, the same secret. */
export function accessOf(app: TestApp): Promise<Access> {
  const config = { publicUrl: null, appSecret: app.env.APP_SECRET!, adminEmail: null, adminPassword: null, port: 0 };
  return openAccess({ config, store: app.store });
}

let made = 0;

/** Makes a person with a role and signs them in. @returns the headers that a browser would send */
export async function signedInAs(
  access: Access,
  role: string,
): Promise<{ person: Person; headers: HeadersInit }> {
  const email = `person${++made}@example.com`;
  const person = await access.createPerson({ name: `The ${role}`, email, password: PASSWORD, role });
  const address = `203.0.113.${made % 250}`; // each its own: sign-ins are limited by address
  const result = await access.signIn({ email, password: PASSWORD, remember: false, address, userAgent: null });
  if (result.outcome !== "done") throw new Error(`Sign-in as ${role}: ${result.outcome}`);
  return { person, headers: { Cookie: result.cookies.map((cookie) => cookie.split(";")[0]).join("; ") } };
}

/** Makes a role that allows everything, for some rows only. @returns its id */
export async function limitedRole(access: Access, by: Person, limits: RowLimits): Promise<string> {
  const role = await access.roles.create({ name: `Limited ${++made}` }, by);
  const described = await access.roles.describe(role.id, { name: role.name, limits, version: role.version }, by);
  const changes = PERMISSIONS.map((permission) => ({ role: role.id, permission, allowed: true }));
  await access.roles.change(changes, new Map([[role.id, described.version]]), by);
  return role.id;
}

/** Makes a key of a person. @returns the headers that a program would send */
export async function keyOf(access: Access, owner: Person, scopes: readonly string[]): Promise<HeadersInit> {
  const { text } = await access.keys.create({ name: `Key ${++made}`, scopes, days: 1, perMinute: 6000 }, owner);
  return { Authorization: `Bearer ${text}` };
}
