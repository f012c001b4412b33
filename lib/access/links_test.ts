import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { openLinks } from "./links.ts";

const invitation = { kind: "invitation", email: "ann@example.com", role: "admin", by: null, lastsMs: 60_000 } as const;

Deno.test("links: one that was taken back or replaced while it was being used does not open again when that use fails", async () => {
  await using store = await openTestStore();
  const links = await openLinks(store, () => new Date());
  const ends: ((id: string) => Promise<unknown>)[] = [
    () => links.make({ ...invitation, role: "viewer" }),
    (id) => links.close("invitation", id),
    () => links.closeAll("invitation", invitation.email),
  ];
  for (const [n, end] of ends.entries()) {
    const { link, token } = await links.make(invitation);
    assert.equal(await links.claim(link._id), true);
    assert.equal(await links.claim(link._id), false, "one use at a time");
    await end(link._id);
    await links.release(link._id);
    assert.equal(await links.open("invitation", token), null, `end ${n}`);
    assert.equal(await links.claim(link._id), false, `end ${n}`);
  }
});

Deno.test("links: a use that fails leaves the link usable", async () => {
  await using store = await openTestStore();
  const links = await openLinks(store, () => new Date());
  const { link, token } = await links.make(invitation);
  assert.equal(await links.claim(link._id), true);
  assert.equal(await links.open("invitation", token), null);
  await links.release(link._id);
  assert.equal((await links.open("invitation", token))?._id, link._id);
  assert.equal((await links.close("invitation", link._id))?._id, link._id);
  assert.equal(await links.close("invitation", link._id), null, "once");
});
