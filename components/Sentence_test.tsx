import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Zone } from "./Moment.tsx";
import { Sentence } from "./Sentence.tsx";

const shown = (text: string) =>
  renderToString(
    <Zone.Provider value="America/Los_Angeles">
      <Sentence text={text} now="2026-11-24T14:00:00.000Z" />
    </Zone.Provider>,
  ).replaceAll(/<[^>]+>/g, "");

Deno.test("a Sentence shows its instants in the company's zone and leaves the rest as it is", () => {
  assert.equal(shown("No run at 2026-11-24T13:58:00.000Z: run 1."), "No run at 05:58: run 1.");
  assert.equal(
    shown("Between 2026-11-23T08:00:00Z and 2026-11-24T13:58:00.000Z"),
    "Between 23 Nov 00:00 and 05:58",
  );
  assert.equal(shown("2026-11-24 and <b> stay"), "2026-11-24 and &lt;b> stay");
  assert.equal(shown(""), "");
});
