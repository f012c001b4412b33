import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { BuiltInRole } from "../lib/access/roles.ts";
import { personWith } from "../lib/access/testing.ts";
import { standing } from "./navigation.ts";
import { PageHead } from "./PageHead.tsx";
import { Shell, type ShellState } from "./Shell.tsx";

function state(role: BuiltInRole = "admin"): ShellState {
  return {
    person: personWith(role, { name: "Ada <Lovelace>", initials: "AL" }),
    theme: "system",
    rail: false,
    tide: { state: "running", share: .631, watermark: "2026-11-19T17:41:18.000Z", text: "Full run" },
    services: { config: { netsuite: { accountId: "1234567" }, zone: "America/Los_Angeles" } },
  };
}

const draw = (given: ShellState, path = "/sync/runs/12?x=1") =>
  renderToString(
    <Shell
      state={given}
      url={new URL(path, "http://tidemark.test")}
      title="Run 12"
      crumbs={[{ label: "Sync", href: "/sync" }]}
    >
      <PageHead title="Run 12" actions={<button type="button">Act</button>}>Rows</PageHead>
    </Shell>,
  );

Deno.test("Shell: skip link first, one h1, one main, landmarks named apart", () => {
  const html = draw(state());
  assert.match(html, /^<div[^>]*><a class="skip" href="#main">/);
  assert.equal((html.match(/<h1/g) ?? []).length, 1);
  assert.equal((html.match(/<main/g) ?? []).length, 1);
  const names = [...html.matchAll(/<nav[^>]*aria-label="([^"]*)"/g)].map((match) => match[1]);
  assert.deepEqual(names, ["Main", "Breadcrumb"]);
});

Deno.test("Shell has no style attribute, no script and no handler", () => {
  assert.doesNotMatch(draw(state()), / style=|<script| on[a-z]+=/);
});

Deno.test("Shell marks where one is, also below a place", () => {
  assert.match(draw(state()), /class="side-link here" href="\/sync" aria-current="true"/);
  assert.equal(standing("/", "/sync"), undefined);
  assert.equal(standing("/", "/"), "page");
  assert.equal(standing("/sync", "/syncs"), undefined);
});

Deno.test("Shell says the tide, its share, and the watermark in the company's zone", () => {
  const html = draw(state());
  assert.match(html, /Full run, 63%/);
  assert.match(html, /19 Nov, 09:41 PST/);
});

Deno.test("Shell's forms lead back to the page as it was", () => {
  const html = draw(state());
  assert.match(html, /name="back" value="\/sync\/runs\/12\?x=1"/);
  assert.match(html, /action="\/sign-out"/);
  assert.match(html, /name="theme" value="dark"/);
});

Deno.test("Shell escapes the person's name", () => {
  assert.doesNotMatch(draw(state()), /<Lovelace>/);
});

Deno.test("Shell collapses to a rail by the person's choice", () => {
  assert.doesNotMatch(draw(state()), /class="rail"/);
  const html = draw({ ...state(), rail: true });
  assert.match(html, /^<div class="rail"/);
  assert.match(html, /name="rail" value="off"/);
});
