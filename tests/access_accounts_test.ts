import assert from "node:assert/strict";
import { startMailbox } from "../lib/sync/alerts/testing.ts";
import { startApp, type TestApp } from "./support/app.ts";
import { assertAccessible, browserTest, LOOKS, signInByForm, watchedPage } from "./support/browser.ts";
import { until } from "./support/engine.ts";
import { accessOf, signedInAs } from "./support/principals.ts";

const PASSWORD = "correct horse battery";
const NEXT = "another horse battery";

async function post(app: TestApp, path: string, headers: HeadersInit, fields: Record<string, string>) {
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
  const cookie = response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  return { status: response.status, to: response.headers.get("Location"), text: await response.text(), cookie };
}

async function get(app: TestApp, path: string, headers: HeadersInit = {}) {
  const response = await fetch(app.url + path, { headers, redirect: "manual" });
  return { status: response.status, text: await response.text() };
}

/** PUBLIC_URL must be known before the start, and with it the port. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const linkIn = (text: string, kind: string) => new RegExp(`/${kind}/[\\w-]{43}`).exec(text)?.[0] ?? "";

Deno.test("invited by mail, signed in, password forgotten and set anew: by pages and mails alone", async () => {
  await using mailbox = startMailbox("ann", "secret of the mail");
  const port = freePort();
  await using app = await startApp({
    env: {
      PORT: String(port),
      SMTP_URL: `smtp://ann:secret%20of%20the%20mail@127.0.0.1:${mailbox.port}`,
      MAIL_FROM: "Tidemark <tidemark@example.com>",
      PUBLIC_URL: `http://127.0.0.1:${port}`, // links name this and nothing that a request says
    },
  });
  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const invited = await post(app, "/admin/users", admin.headers, {
    act: "invite",
    email: "bob@example.com",
    role: "viewer",
  });
  assert.equal(invited.status, 200);
  assert.match(invited.text, /mailed to bob@example\.com/);
  const invite = linkIn(invited.text, "invite");
  assert.ok(invite && mailbox.mails[0]!.text.includes(invite), "another link was mailed");
  assert.ok(mailbox.mails[0]!.text.includes(app.url + invite));
  const users = await get(app, "/admin/users", admin.headers);
  assert.ok(users.text.includes("Open invitations") && !users.text.includes(invite), "the link is shown twice");

  assert.match((await get(app, invite)).text, /bob@example\.com is invited as Viewer/);
  assert.equal((await post(app, invite, {}, { name: "Bob", password: "short" })).status, 422);
  const joined = await post(app, invite, {}, { name: "Bob", password: PASSWORD });
  assert.deepEqual([joined.status, joined.to], [303, "/"]);
  assert.equal((await get(app, "/account", { Cookie: joined.cookie })).status, 200);
  assert.equal((await get(app, invite)).status, 404);

  const known = await post(app, "/reset", {}, { email: "bob@example.com" });
  const unknown = await post(app, "/reset", {}, { email: "nobody@example.com" });
  const bare = (text: string) => text.replaceAll(/nonce="[^"]*"/g, "");
  assert.equal(bare(known.text), bare(unknown.text), "the answer tells whether the account exists");
  const mail = await until("the link is mailed", 20_000, () => Promise.resolve(mailbox.mails[1] ?? null));
  assert.deepEqual(mail.to, ["<bob@example.com>"]);
  const reset = linkIn(mail.text, "reset");
  assert.equal((await get(app, reset)).status, 200);
  assert.equal((await post(app, reset, {}, { password: "short" })).status, 422);
  assert.match((await post(app, reset, {}, { password: NEXT })).text, /Your password is changed/);
  assert.equal((await get(app, "/account", { Cookie: joined.cookie })).status, 303, "the session goes on");
  assert.equal((await post(app, reset, {}, { password: NEXT })).status, 404);
  const again = await post(app, "/sign-in", {}, { email: "bob@example.com", password: NEXT });
  assert.equal(again.status, 303);

  const changed = (present: string) =>
    post(app, "/account", { Cookie: again.cookie }, { act: "password", present, next: PASSWORD });
  assert.match((await changed("wrong")).text, /not your present password/);
  assert.match((await changed(NEXT)).text, /Your password is changed/);
  for (const secret of [invite, reset, NEXT, PASSWORD, "secret of the mail"]) {
    assert.ok(!app.process.printed().includes(secret), "a secret stands in the log");
  }
  assert.doesNotMatch(app.process.printed(), /legacy behavior/, "requests are ended as Deno means them to end");
  const log = JSON.stringify(await app.store.collection("audit_log").find({}).toArray());
  for (const action of ["invitation.made", "invitation.taken", "password.reset_asked", "password.reset"]) {
    assert.ok(log.includes(action), action);
  }
  assert.ok(!log.includes(invite.split("/")[2]!) && !log.includes(NEXT), "a secret stands in the audit log");
});

Deno.test("without mail: the admin copies links; asking is answered with whom to ask; brute force meets its limit", async () => {
  await using app = await startApp();
  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const bob = await signedInAs(access, "viewer");
  assert.match((await get(app, "/reset")).text, /Ask an admin/);
  const invited = await post(app, "/admin/users", admin.headers, {
    act: "invite",
    email: "x@example.com",
    role: "viewer",
  });
  assert.ok(invited.text.includes(`${app.url}/invite/`), "the link does not lead here");
  const [open] = await access.invitations.list();
  assert.equal(
    (await post(app, "/admin/users", admin.headers, { act: "revoke", invitation: open!.id })).status,
    303,
  );
  assert.equal((await get(app, linkIn(invited.text, "invite"))).status, 404);
  const twice = await post(app, "/admin/users", admin.headers, {
    act: "invite",
    email: bob.person.email,
    role: "viewer",
  });
  assert.deepEqual([twice.status, /exists already/.test(twice.text)], [422, true]);

  const made = await post(app, `/admin/users/${bob.person.id}`, admin.headers, { act: "reset" });
  const reset = linkIn(made.text, "reset");
  assert.match((await post(app, reset, {}, { password: NEXT })).text, /Your password is changed/);

  const statuses = [];
  for (let i = 0; i < 12; i++) {
    statuses.push((await post(app, "/sign-in", {}, { email: bob.person.email, password: `guess ${i} guess` })).status);
  }
  assert.ok(statuses.includes(429), statuses.join());
  const right = await post(app, "/sign-in", {}, { email: bob.person.email, password: NEXT });
  assert.equal(right.status, 429, "a guesser goes on");
});

browserTest(
  "pages of accounts by keyboard, on a phone and in the dark, with nothing that axe finds",
  async (browser) => {
    await using app = await startApp();
    const access = await accessOf(app);
    const admin = await signedInAs(access, "admin");
    const invite = linkIn(
      (await access.invitations.invite("x@example.com", "viewer", admin.person, "")).link,
      "invite",
    );
    const bob = await signedInAs(access, "viewer");
    const reset = linkIn((await access.resets.make(bob.person.id, admin.person, "")).link, "reset");
    for (const { colorScheme, viewport } of LOOKS) {
      const context = await browser.newContext({ colorScheme, viewport });
      const { page, faults } = await watchedPage(context);
      const look = async (path: string) => {
        await page.goto(app.url + path);
        await assertAccessible(page, `${path.split("/")[1]} ${colorScheme} ${viewport.width}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
      };
      for (const path of [invite, reset, "/reset"]) await look(path);
      await signInByForm(page, app);
      for (const path of ["/account", "/admin/users", `/admin/users/${bob.person.id}`]) await look(path);
      assert.deepEqual(faults, []);
      await context.close();
    }
    const context = await browser.newContext();
    const { page } = await watchedPage(context);
    await page.goto(app.url + invite);
    await page.keyboard.type("Xaver Young"); // the first field has the keyboard
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${app.url}/`);
    await context.close();
  },
);
