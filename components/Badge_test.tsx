import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Badge, type BadgeState } from "./Badge.tsx";

const STATES: BadgeState[] = [
  "good",
  "progress",
  "waiting",
  "due",
  "paused",
  "note",
  "repaired",
  "attention",
  "wrong",
];

Deno.test("Badge tells every state apart by its shape, not by colour alone", () => {
  const shapes = STATES.map((state) => /<svg.*?<\/svg>/s.exec(renderToString(<Badge state={state}>Word</Badge>))![0]);
  assert.equal(new Set(shapes).size, STATES.length);
});

Deno.test("Badge keeps its word and escapes it", () => {
  const html = renderToString(<Badge state="wrong">{"<b>6 days late</b>"}</Badge>);
  assert.match(html, /&lt;b>6 days late&lt;\/b>/);
  assert.match(html, /aria-hidden="true"/);
});

Deno.test("Badge fills exceptions only", () => {
  assert.match(renderToString(<Badge state="good">Complete</Badge>), /badge-good/);
  assert.doesNotMatch(renderToString(<Badge state="good">Complete</Badge>), /badge-(wrong|attention|note|progress)/);
});
