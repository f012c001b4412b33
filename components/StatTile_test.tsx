import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Sparkline } from "./Sparkline.tsx";
import { StatTile, StatTiles } from "./StatTile.tsx";

Deno.test("StatTile escapes what it shows and where it leads", () => {
  const [value, href] = ['"5" & <b>', '/x?q="><script>'];
  const html = renderToString(<StatTile label="<i>Orders</i>" value={value} note="vs <4>" href={href} />);
  assert.doesNotMatch(html, /<i>Orders|<b>|<script/);
  assert.match(html, /href="\/x\?q=&quot;/);
});

Deno.test("StatTile shows a missing figure as – with its reason, never as 0", () => {
  const html = renderToString(<StatTile label="Margin" value={null} note="No cost recorded for 12 items" />);
  assert.match(html, /–/);
  assert.match(html, /No cost recorded/);
  assert.doesNotMatch(html, />0</);
});

Deno.test("StatTile separates direction and goodness", () => {
  const delta = { direction: "up", text: "5", good: false } as const;
  const html = renderToString(<StatTile label="Late orders" value="17" delta={delta} />);
  assert.match(html, /text-error/);
  assert.match(html, /data-icon="up"/);
  assert.match(html, /class="sr-only">up /);
  const neutral = renderToString(<StatTile label="Backlog" value="17" delta={{ ...delta, good: null }} />);
  assert.doesNotMatch(neutral, /text-error|text-success/);
});

Deno.test("StatTile that could not load is no link, and offers another try", () => {
  const html = renderToString(<StatTile label="Orders" value={null} state="failed" href="/sales" />);
  assert.doesNotMatch(html, /href="\/sales"/);
  assert.match(html, /Could not load/);
  assert.match(html, /Try again/);
});

Deno.test("StatTiles is named and holds its tiles", () => {
  const html = renderToString(<StatTiles label="Figures" tiles={[{ label: "Orders", value: "5", href: "/sales" }]} />);
  assert.match(html, /<section[^>]*aria-label="Figures"/);
  assert.match(html, /<a class="tile" href="\/sales"/);
});

Deno.test("Sparkline leaves gaps as gaps, and stands zeros, one value and none", () => {
  const gap = renderToString(<Sparkline values={[1, 2, null, 4, 5]} />);
  assert.equal((/ d="([^"]*)" fill="none"/.exec(gap)![1]!.match(/M/g) ?? []).length, 2);
  for (const values of [[0, 0, 0], [7], [], [null, null], [null, 3]]) {
    assert.doesNotMatch(renderToString(<Sparkline values={values} />), /NaN|Infinity|undefined/);
  }
});
