import assert from "node:assert/strict";
import { PERMISSIONS } from "../lib/access/permissions.ts";
import { startApp } from "./support/app.ts";
import { accessOf, keyOf, limitedRole, signedInAs } from "./support/principals.ts";
import { allRoutes, filled } from "./support/routes.ts";

/**
 * Who gets how far with every route there is. A cell is `in` (past the door), `login` (led to the sign-in), `401`, `405`, or
 * the right that is missing. The lines come from the files of routes/ and from the API's own list, so that a new route
 * makes this test fail until its line stands in access_table.txt, looked at by a person. `ACCESS_TABLE=write` writes the
 * file: read what it changed.
 *
 * `limited` has every permission, for the rows of one subsidiary. `key+` is a key with every permission, `key-` one with
 * metrics:view alone; keys open the API and nothing else.
 */
const TABLE = new URL("./access_table.txt", import.meta.url);

async function outcome(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status === 303 && response.headers.get("Location")?.startsWith("/sign-in")) return "login";
  if (response.status === 401 || response.status === 405) return String(response.status);
  if (response.status !== 403) return "in";
  return /(?:permission |\()([a-z]+:[a-z]+)/.exec(text)?.[1] ?? "403";
}

Deno.test("every route, for nobody, every role, a limited role, and keys with and without the right", async () => {
  await using app = await startApp({ share: 0.02 });
  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const limited = await limitedRole(access, admin.person, { subsidiaries: [1] });
  const who: [name: string, headers: HeadersInit][] = [
    ["nobody", {}],
    ["admin", admin.headers],
    ...await Promise.all(
      ["operator", "manager", "analyst", "viewer"].map(async (role): Promise<[string, HeadersInit]> => [
        role,
        (await signedInAs(access, role)).headers,
      ]),
    ),
    ["limited", (await signedInAs(access, limited)).headers],
    ["key+", await keyOf(access, admin.person, PERMISSIONS)],
    ["key-", await keyOf(access, admin.person, ["metrics:view"])],
  ];
  const rows: string[][] = [["route", ...who.map(([name]) => name)]];
  const routes = await allRoutes();
  const last = routes.filter(({ path }) => path === "/sign-out"); // it ends the sessions
  for (const { method, path } of [...routes.filter((route) => !last.includes(route)), ...last]) {
    const isApi = path.startsWith("/api/");
    const sent = method === "GET" ? {} : {
      body: isApi ? "{}" : "",
      headers: { "Content-Type": isApi ? "application/json" : "application/x-www-form-urlencoded", Origin: app.url },
    };
    const cells = await Promise.all(who.map(async ([, headers]) =>
      outcome(
        await fetch(app.url + filled(path), {
          method,
          redirect: "manual",
          body: sent.body,
          headers: { ...sent.headers, ...headers as Record<string, string> },
        }),
      )
    ));
    rows.push([`${method} ${path}`, ...cells]);
  }
  // fixed widths, so that a new route is one new line
  const table = rows.map(([route, ...cells]) =>
    [route!.padEnd(50), ...cells.map((cell) => cell.padEnd(12))].join("  ").trimEnd()
  );
  if (Deno.env.get("ACCESS_TABLE") === "write") await Deno.writeTextFile(TABLE, `${table.join("\n")}\n`);
  const known = new Set((await Deno.readTextFile(TABLE)).trimEnd().split("\n"));
  const missing = table.filter((line) => !known.has(line));
  const gone = [...known].filter((line) => !table.includes(line));
  assert.deepEqual({ missing, gone }, { missing: [], gone: [] }, "tests/access_table.txt is not what the program does");
});
