import assert from "node:assert/strict";
import { checkRoutes, listRoutes } from "./route_check.ts";
import { isRuled, type Need, needOf, RULED_ROUTES } from "./rules.ts";

const ROUTES = new URL("../../routes/", import.meta.url);

Deno.test("needOf answers by route and method, takes HEAD for GET, and closes what no rule names", () => {
  const table: [method: string, route: string, need: Need][] = [
    ["GET", "/", []],
    ["GET", "/sign-in", "public"],
    ["GET", "/setup/:token", "public"],
    ["POST", "/api/auth/:path*", "public"],
    ["GET", "/api/v1/:path*", []],
    ["HEAD", "/sync", ["sync:view"]],
    ["POST", "/sync", "unlisted"],
    ["GET", "/sync/check", ["sync:view", "sync:run"]],
    ["POST", "/sync/runs", ["sync:view", "sync:run"]],
    ["GET", "/sales/export.csv", ["sales:view", "data:export"]],
    ["GET", "/sales/anything", "unlisted"],
    ["GET", "/salesforce", "unlisted"],
    ["GET", "/sign-in-as", "unlisted"],
    ["GET", "/:any*", "unlisted"],
    ["GET", "toString", "unlisted"],
    ["toString", "/sync", "unlisted"],
  ];
  for (const [method, route, need] of table) assert.deepEqual(needOf(method, route), need, `${method} ${route}`);
});

Deno.test("every page has a rule, and every rule a page", async () => {
  const routes = (await listRoutes(ROUTES)).map(({ route }) => route);
  assert.deepEqual(routes.filter((route) => !isRuled(route)), []);
  assert.deepEqual(RULED_ROUTES.filter((route) => !routes.includes(route)), []);
});

Deno.test("checkRoutes ends the start for a page without a rule, and names the file and the line to add", async () => {
  await checkRoutes(ROUTES);
  const folder = await Deno.makeTempDir();
  try {
    for (const dir of ["sync/runs", "(group)", "sync/(_parts)"]) {
      await Deno.mkdir(`${folder}/${dir}`, { recursive: true });
    }
    const files = [
      "sync/index.tsx",
      "sync/runs/[id].tsx",
      "sync/new.tsx",
      "(group)/[...all].ts",
      "_app.tsx",
      "a_test.ts",
      "sync/(_parts)/shared.ts",
    ];
    for (const file of files) await Deno.writeTextFile(`${folder}/${file}`, "");
    await assert.rejects(checkRoutes(new URL(`file://${folder}/`)), (error: Error) => {
      assert.match(error.message, /routes\/sync\/new\.tsx: add to RULES.*"\/sync\/new": \{ GET: \[/);
      assert.match(error.message, /routes\/\(group\)\/\[\.\.\.all\]\.ts.*"\/:all\*"/);
      assert.doesNotMatch(error.message, /index\.tsx|\[id\]|_app|a_test|shared/);
      return true;
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
