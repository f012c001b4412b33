import assert from "node:assert/strict";
import { startApp, type TestApp } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { assertPresentable, browserTest, LOOKS, signInByForm, watchedPage } from "./support/browser.ts";
import { accessOf, keyOf, signedInAs } from "./support/principals.ts";

/** Posts a form as a browser does. Values that repeat are given as a list. */
async function post(app: TestApp, path: string, headers: HeadersInit, fields: [string, string][]) {
  const response = await fetch(app.url + path, {
    method: "POST",
    redirect: "manual",
    headers: {
      ...headers as Record<string, string>,
      Origin: app.url,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, to: response.headers.get("Location"), text: await response.text(), response };
}

const get = async (app: TestApp, path: string, headers: HeadersInit) => {
  const response = await fetch(app.url + path, { headers, redirect: "manual" });
  return { status: response.status, text: await response.text() };
};

Deno.test("roles, users, keys and audit through their pages: made, given, limited, used, revoked, and written down", async () => {
  await using app = await startApp({ share: 0.02 });
  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const bob = await signedInAs(access, "viewer");

  // a role is made from another one, and its matrix is reviewed before it is saved
  const made = await post(app, "/admin/roles/new", admin.headers, [["name", "Desk"], ["from", "viewer"]]);
  assert.deepEqual([made.status, made.to], [303, "/admin/roles?role=desk"]);
  const { version } = (await access.roles.find("desk"))!;
  const matrix: [string, string][] = [["version", `desk@${version}`], ["cell", "desk/sales:view"], [
    "cell",
    "desk/data:export",
  ]];
  const review = await post(app, "/admin/roles", admin.headers, [...matrix, ["act", "review"]]);
  assert.match(review.text, /May now download data[^]*May no longer see streams/);
  assert.deepEqual(
    new Set((await access.roles.find("desk"))!.permissions),
    new Set(["sales:view", "sync:view"]),
    "saved too early",
  );
  assert.equal((await post(app, "/admin/roles", admin.headers, [...matrix, ["act", "save"]])).status, 303);
  assert.deepEqual((await access.roles.find("desk"))!.permissions, ["sales:view", "data:export"]);
  const late = await post(app, "/admin/roles", admin.headers, [["version", `desk@${version}`], ["act", "save"]]);
  assert.equal(late.status, 409);
  assert.match(late.text, /changed meanwhile/);

  // rows: "only these" without any is a mistake, not "no rows"
  const now = String((await access.roles.find("desk"))!.version);
  const describe: [string, string][] = [["act", "describe"], ["role", "desk"], ["version", now], ["name", "Desk"]];
  const none = await post(app, "/admin/roles", admin.headers, [...describe, ["subsidiaries-mode", "some"]]);
  assert.match(none.text, /No subsidiaries are chosen/);
  const some: [string, string][] = [["subsidiaries-mode", "some"], ["subsidiaries", "2"], ["locations", "9"]];
  assert.equal((await post(app, "/admin/roles", admin.headers, [...describe, ...some])).status, 303);
  assert.deepEqual(
    (await access.roles.find("desk"))!.limits,
    { subsidiaries: [2] },
    "a list whose kind shows all rows",
  );

  // it is given to a person, whose open session has the new rights at once
  assert.equal((await get(app, "/sales/export.csv", bob.headers)).status, 403);
  const user = `/admin/users/${bob.person.id}`;
  assert.equal((await post(app, user, admin.headers, [["act", "role"], ["role", "desk"]])).status, 303);
  assert.equal((await get(app, "/sales/export.csv", bob.headers)).status, 200);
  assert.equal((await get(app, "/sync", bob.headers)).status, 403);
  await get(app, "/api/v1/sync/status", bob.headers);
  for (const what of ["GET /sync", "GET /api/v1/sync/status"]) {
    await until(`the refusal of ${what} is logged`, 5_000, () => {
      const lines = app.process.printed().split("\n").filter((line) => line.includes("Refused"));
      return Promise.resolve(lines.find((line) => line.includes(what) && line.includes(bob.person.id)) ?? null);
    });
  }
  const used = await post(app, "/admin/roles", admin.headers, [["act", "remove"], ["role", "desk"]]);
  assert.match(used.text, /1 person has the role Desk/);

  // see as the role: its navigation, its refusals, and the way back
  const seen = await post(app, "/see-as", admin.headers, [["role", "desk"]]);
  const cookie = `${(admin.headers as { Cookie: string }).Cookie}; ${
    seen.response.headers.getSetCookie()[0]!.split(";")[0]
  }`;
  const home = await get(app, "/", { Cookie: cookie });
  assert.match(home.text, /You see Tidemark as Desk/);
  assert.doesNotMatch(home.text, /href="\/admin/);
  assert.equal((await get(app, "/admin/roles", { Cookie: cookie })).status, 403);
  const left = await post(app, "/see-as", { Cookie: cookie }, []);
  assert.match(left.response.headers.getSetCookie()[0]!, /^see-as=; .*Max-Age=0/);
  assert.equal((await post(app, "/see-as", bob.headers, [["role", "admin"]])).status, 403);

  // a key: shown once, works by its scopes, ends at once
  const ann = await signedInAs(access, "analyst");
  const form: [string, string][] = [["act", "create"], ["name", "Nightly"], ["scope", "sales:view"], ["days", "30"], [
    "perMinute",
    "60",
  ]];
  const key = await post(app, "/admin/keys", ann.headers, form);
  const text = /tm_[A-Za-z0-9_-]{43}/.exec(key.text)?.[0] ?? assert.fail(key.text.slice(0, 2000));
  assert.equal(key.response.headers.get("Cache-Control"), "private, no-store");
  assert.ok(!(await get(app, "/admin/keys", ann.headers)).text.includes(text), "shown twice");
  const bearer = { Authorization: `Bearer ${text}` };
  assert.equal((await get(app, "/api/v1/reports/sales", bearer)).status, 200);
  const refused = await get(app, "/api/v1/sync/status", { ...bearer, ...admin.headers as Record<string, string> });
  assert.deepEqual(
    [refused.status, JSON.parse(refused.text).permission],
    [403, "sync:view"],
    "a cookie beside a key counts",
  );
  const beyond = await post(app, "/admin/keys", ann.headers, [...form, ["scope", "sync:run"]]);
  assert.equal(beyond.status, 403);
  const [stored] = await access.keys.list(ann.person.id);
  const carl = await signedInAs(access, "analyst");
  const foreign = await post(app, "/admin/keys", carl.headers, [["act", "revoke"], ["key", stored!.id]]);
  assert.equal(foreign.status, 404, "another's key does not exist");
  assert.equal((await post(app, "/admin/keys", admin.headers, [["act", "revoke"], ["key", stored!.id]])).status, 303);
  const ended = await get(app, "/api/v1/reports/sales", bearer);
  assert.deepEqual([ended.status, JSON.parse(ended.text).code], [401, "bad_key"]);

  // sessions and accounts
  const [session] = await access.people.sessionsOf(bob.person.id);
  assert.equal((await post(app, user, admin.headers, [["act", "end"], ["session", session!.id]])).status, 303);
  assert.equal((await get(app, "/", bob.headers)).status, 303);
  assert.equal((await post(app, user, admin.headers, [["act", "off"]])).status, 303);
  assert.match((await get(app, user, admin.headers)).text, /Switched off/);
  assert.equal((await get(app, "/admin/users/nobody", admin.headers)).status, 404);
  const users = await get(app, `/admin/users?q=${encodeURIComponent(bob.person.email.toUpperCase())}`, admin.headers);
  assert.ok(users.text.includes(bob.person.email) && !users.text.includes(ann.person.email));

  // all of it stands in the log, with who did it
  const actions = (await (await fetch(`${app.url}/admin/audit/export.csv`, { headers: admin.headers })).text())
    .trimEnd().split("\r\n").slice(1).map((line) => line.split(",")[2]).reverse();
  for (
    const action of [
      "role.created",
      "role.changed",
      "role.described",
      "person.role_changed",
      "data.exported",
      "role.preview_started",
    ]
      .concat([
        "role.preview_ended",
        "key.created",
        "key.revoked",
        "session.revoked",
        "person.switched_off",
        "sign_in.done",
      ])
  ) {
    assert.ok(actions.includes(action), `${action} is not in the log`);
  }
  const byAdmin = await get(app, "/admin/audit?action=role.changed", admin.headers);
  assert.match(byAdmin.text, /The admin[^]*Desk[^]*given data:export/);
  const whole = await post(app, "/admin/audit", admin.headers, []);
  assert.match(whole.text, /The log is whole/);
  await app.store.collection<{ _id: number }>("audit_log").deleteOne({ _id: 3 });
  assert.match((await post(app, "/admin/audit", admin.headers, [])).text, /Entry 3 is missing/);
});

Deno.test("failed sign-ins are written down with the account that was tried, never with what was typed", async () => {
  await using app = await startApp({ share: 0.02 });
  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const attempt = (email: string) =>
    post(app, "/sign-in", {}, [["email", email], ["password", "a secret, typed wrongly"]]);
  await attempt(admin.person.email);
  await attempt("my-password-in-the-wrong-field@example.com");
  const { text } = await get(app, "/admin/audit/export.csv?action=sign_in.failed", admin.headers);
  assert.match(text, /Nobody[^\r]*unknown address[^]*Nobody[^\r]*The admin[^\r]*wrong password/);
  assert.doesNotMatch(text, /typed wrongly|wrong-field/);
  assert.doesNotMatch(app.process.printed(), /typed wrongly|wrong-field/);
});

Deno.test("a key is limited by the minute, and tells when it may go on", async () => {
  await using app = await startApp({ share: 0.02 });
  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const { text } = await access.keys.create({ name: "k", scopes: ["sync:view"], days: 1, perMinute: 5 }, admin.person);
  const statuses = await Promise.all(Array.from({ length: 12 }, async () => {
    const response = await fetch(`${app.url}/api/v1/sync/status`, { headers: { Authorization: `Bearer ${text}` } });
    await response.body?.cancel();
    if (response.status === 429) assert.ok(Number(response.headers.get("Retry-After")) > 0);
    return response.status;
  }));
  // a minute may end in between, which allows five more
  const done = statuses.filter((status) => status === 200).length;
  assert.ok(done >= 5 && done <= 10 && statuses.includes(429), statuses.join());
  const other = await fetch(`${app.url}/api/v1/sync/status`, {
    headers: await keyOf(access, admin.person, ["sync:view"]),
  });
  assert.equal((await other.body?.cancel(), other.status), 200);
});

browserTest(
  "Admin pages pass axe in light and dark, on a desk and a phone; the matrix marks changes without a script",
  async (browser) => {
    await using app = await startApp({ share: 0.02 });
    const access = await accessOf(app);
    const admin = await signedInAs(access, "admin");
    const bob = await signedInAs(access, "viewer");
    await keyOf(access, admin.person, ["sales:view"]);
    const paths = ["/admin/users", `/admin/users/${bob.person.id}`, "/admin/roles", "/admin/roles?role=viewer"]
      .concat(["/admin/roles/new", "/admin/keys", "/admin/audit", "/admin/audit?q=nothing+at+all"]);
    for (const { colorScheme, viewport } of LOOKS) {
      const context = await browser.newContext({ viewport, colorScheme });
      const { page, faults } = await watchedPage(context);
      await signInByForm(page, app);
      for (const path of paths) {
        const where = `${path}, ${colorScheme}, ${viewport.width} px`;
        assert.equal((await page.goto(app.url + path))!.status(), 200, where);
        await assertPresentable(page, where);
      }
      assert.deepEqual(faults, []);
      await context.close();
    }

    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signInByForm(page, app);
    await page.goto(`${app.url}/admin/roles`);
    const save = page.getByRole("button", { name: "Review and save" });
    assert.equal(await save.isVisible(), false, "nothing is changed yet");
    // by keyboard, as a person without a mouse would
    await page.getByLabel("data:export for Viewer", { exact: true }).focus();
    await page.keyboard.press("Space");
    assert.equal(await save.isVisible(), true);
    await page.getByLabel("sync:view for Viewer", { exact: true }).uncheck();
    await save.click();
    assert.match(
      (await page.textContent("main"))!,
      /May now download data[^]*May no longer see streams[^]*1 person gains or loses access/,
    );
    await page.getByRole("button", { name: "Save 2 changes" }).click();
    await page.waitForURL(/\/admin\/roles$/);
    assert.deepEqual((await access.roles.find("viewer"))!.permissions, ["sales:view", "data:export"]);
    await context.close();
  },
);
