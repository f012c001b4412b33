import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Num, Paging, type Sort, SortHead, Table, TotalRow } from "./Table.tsx";

const href = (sort: Sort | null) => sort ? `?sort=${sort.column}&dir=${sort.dir}` : "?";

function head(sort: Sort | null, numeric = true): string {
  return renderToString(<SortHead column="revenue" label="Revenue" sort={sort} href={href} numeric={numeric} />);
}

Deno.test("SortHead: a first click sorts, a second reverses, a third restores", () => {
  assert.match(head(null), /href="\?sort=revenue&amp;dir=desc"/);
  assert.match(head({ column: "revenue", dir: "desc" }), /href="\?sort=revenue&amp;dir=asc"/);
  assert.match(head({ column: "revenue", dir: "asc" }), /href="\?"/);
  assert.match(head(null, false), /dir=asc/); // words read best from A
});

Deno.test("SortHead says the order to screen readers, on the sorted column only", () => {
  assert.match(head({ column: "revenue", dir: "desc" }), /aria-sort="descending"/);
  assert.match(head({ column: "revenue", dir: "asc" }), /aria-sort="ascending"/);
  assert.doesNotMatch(head({ column: "orders", dir: "asc" }), /aria-sort/);
});

const page = (number: number, total = 638) =>
  renderToString(
    <Paging
      page={number}
      rows={25}
      total={total}
      href={(p, r) => `?page=${p}&rows=${r}`}
      sizes={[10, 25]}
      label="rows"
    />,
  );

Deno.test("Paging counts what is shown and links only where there is more", () => {
  assert.match(page(1), /1–25 of 638/);
  assert.doesNotMatch(page(1), /<a[^>]*>Previous/);
  assert.match(page(1), /<a[^>]*href="\?page=2&amp;rows=25"[^>]*>Next/);
  assert.match(page(26), /626–638 of 638/);
  assert.doesNotMatch(page(26), /<a[^>]*>Next/);
  assert.equal(page(1, 0), "");
});

Deno.test("Paging begins again at page 1 with another number of rows", () => {
  assert.match(page(3), /href="\?page=1&amp;rows=10"/);
  assert.match(page(3), /aria-current="true"[^>]*>25/);
});

Deno.test("Table has a caption and can be scrolled by keyboard; totals cover all rows", () => {
  const html = renderToString(
    <Table caption="Customers">
      <TotalRow total={638}>
        <Num value={0} />
        <Num value={null} />
        <Num value={1234} />
      </TotalRow>
    </Table>,
  );
  assert.match(html, /<caption[^>]*>Customers/);
  assert.match(html, /role="region"[^>]*aria-label="Customers"[^>]*tabindex="0"/);
  assert.match(html, /<th scope="row">All 638/);
  assert.match(html, /class="n zero">0</);
  assert.match(html, /class="n zero">–</);
  assert.match(html, /class="n">1,234</);
});
