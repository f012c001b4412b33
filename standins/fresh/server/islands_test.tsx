import assert from "node:assert/strict";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useId } from "preact/hooks";
import { computed, type Signal, signal } from "@preact/signals";
import { parse } from "devalue";
import { App } from "../mod.ts";
import { ask, askText, quiet } from "../testing/ask.ts";
import { withBuild } from "../testing/fake_build.ts";
import { bodyOf } from "../testing/html.ts";

function Show(props: Record<string, unknown>) {
  return <b>{Object.keys(props).join(",")}</b>;
}
function Box(
  { title, children, open = true }: { title?: ComponentChildren; children?: ComponentChildren; open?: boolean },
) {
  return <section>{title}{open && children}</section>;
}
function Nest() {
  return (
    <Box>
      inner <Counter n={1} />
    </Box>
  );
}
function Counter({ n }: { n: number | Signal<number> }) {
  return <button type="button">{n}</button>;
}
function Ids() {
  return <i id={useId()}>{useId()}</i>;
}
const Theme = createContext("none");
function Themed({ children }: { children?: ComponentChildren }) {
  return <Theme.Provider value="dark">{children}</Theme.Provider>;
}
function ReadTheme() {
  return <u>{useContext(Theme)}</u>;
}
const islands = { All: { Show, Box, Nest, Counter, Ids, Themed, notAComponent: 1 } };

const appOf = (children: () => ComponentChildren) =>
  withBuild(new App().get("/", (ctx) => ctx.render(<>{children()}</>)), { islands });
const render = (children: () => ComponentChildren) => askText(appOf(children))("/");

interface Payload {
  basePath: string;
  buildId: string;
  islands: [string, string, Record<string, unknown>][];
}
const revivers = {
  Slot: ([id]: [number]) => ({ slot: id }),
  Signal: ([value]: [unknown]) => signal(value),
  Computed: ([value]: [unknown]) => computed(() => value),
  Part: ([bytes]: [Uint8Array]) => bytes,
};
const payloadOf = (html: string): Payload =>
  parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? "null", revivers);
const propsOf = async (props: Record<string, unknown>) =>
  payloadOf(await render(() => <Show {...props} />)).islands[0]?.[2] ?? {};

Deno.test("an island is rendered in full, between marks, with its module and props in the payload", async () => {
  const html = await render(() => (
    <p>
      <Counter n={3} />
    </p>
  ));
  assert.match(bodyOf(html), /^<p><!--fi:0--><button type="button">3<\/button><!--\/fi--><\/p>/);
  assert.deepEqual(payloadOf(html).islands, [["/_fresh/js/1/All.js", "Counter", { n: 3 }]]);
});

Deno.test("a page with islands has one module script, inert props, and Link headers for its modules", async () => {
  const response = await ask(appOf(() => (
    <>
      <Counter n={1} />
      <Counter n={2} />
    </>
  )))("/");
  const html = await response.text();
  assert.deepEqual(html.match(/<script [^>]*>/g)?.map((tag) => tag.replace(/nonce="\w+"/, "nonce")), [
    '<script type="application/json" id="__FRSH_ISLANDS" nonce>',
    '<script type="module" src="/_fresh/js/3/fresh-runtime.js" nonce>',
  ]);
  assert.equal(
    response.headers.get("link"),
    ["3/fresh-runtime.js", "1/All.js", "2/shared.js"]
      .map((path) => `</_fresh/js/${path}>; rel="modulepreload"; as="script"`).join(", "),
  );
});

Deno.test("the module for signals is asked for only by pages that send some", async () => {
  const response = await ask(appOf(() => <Counter n={signal(1)} />))("/");
  assert.match(response.headers.get("link") ?? "", /fresh-signals/);
  assert.match(await response.text(), /id="__FRSH_ISLANDS" data-signals/);
});

Deno.test("scripts and modules are addressed below the base path", async () => {
  const app = withBuild(new App({ basePath: "/base" }).get("/", (ctx) => ctx.render(<Counter n={1} />)), { islands });
  const response = await ask(app)("/base");
  assert.match(response.headers.get("link") ?? "", /^<\/base\/_fresh\/js\/3/);
  const html = await response.text();
  assert.match(html, /src="\/base\/_fresh\/js\/3/);
  assert.equal(payloadOf(html).islands[0]?.[0], "/base/_fresh/js/1/All.js");
});

Deno.test("an island inside of an island is part of it", async () => {
  const html = await render(() => <Nest />);
  assert.equal(payloadOf(html).islands.length, 1);
  assert.equal(html.match(/<!--f/g)?.length, 1);
});

Deno.test("JSX props become slots; islands in them have an entry of their own", async () => {
  const html = await render(() => (
    <Box title={<em>t</em>}>
      text <Counter n={5} />
    </Box>
  ));
  assert.match(
    bodyOf(html),
    /^<!--fi:0--><section><!--fs:0--><em>t<\/em><!--\/fs--><!--fs:1-->text <!--fi:1--><button type="button">5<\/button><!--\/fi--><!--\/fs--><\/section><!--\/fi-->/,
  );
  const [box, counter] = payloadOf(html).islands;
  assert.deepEqual(box?.[2], { title: { slot: 0 }, children: { slot: 1 } });
  assert.deepEqual(counter?.[2], { n: 5 });
});

Deno.test("children never travel as a value, whatever they are", async () => {
  const html = await render(() => <Box>secret words</Box>);
  assert.doesNotMatch(/<script type="application\/json".*?<\/script>/s.exec(html)?.[0] ?? "", /secret/);
  const many = payloadOf(await render(() => <Box>{[1, 2].map((n) => <p key={n}>{n}</p>)}</Box>));
  assert.deepEqual(many.islands[0]?.[2], { children: { slot: 0 } });
  const none = payloadOf(await render(() => <Box title={null}>{null}</Box>));
  assert.deepEqual(none.islands[0]?.[2], { title: null, children: null });
});

Deno.test("JSX that an island does not show travels in a template, with the islands in it", async () => {
  const html = await render(() => (
    <Box open={false}>
      <Box open={false}>
        <Counter n={7} />
      </Box>
    </Box>
  ));
  assert.match(html, /<template id="frsh-slot-0"><!--fi:1--><section><\/section><!--\/fi--><\/template>/);
  assert.match(html, /<template id="frsh-slot-1"><!--fi:2--><button type="button">7<\/button><!--\/fi--><\/template>/);
  assert.equal(payloadOf(html).islands.length, 3);
});

Deno.test("a slot sees the contexts of the island around it", async () => {
  assert.match(
    await render(() => (
      <Themed>
        <ReadTheme />
      </Themed>
    )),
    /<u>dark<\/u>/,
  );
});

Deno.test("useId gives other ids in each island", async () => {
  const html = bodyOf(
    await render(() => (
      <>
        <Ids />
        <Ids />
      </>
    )),
  );
  const ids = [...html.matchAll(/<i id="([^"]+)">([^<]+)</g)].flatMap(([, a, b]) => [a, b]);
  assert.equal(new Set(ids).size, 4, ids.join());
});

Deno.test("every kind of value arrives as it was", async () => {
  const shared = { n: 1 };
  const circular: Record<string, unknown> = { name: "c" };
  circular.self = circular;
  const given = {
    nothing: null,
    absent: undefined,
    yes: true,
    nan: NaN,
    inf: Infinity,
    less: -Infinity,
    zero: -0,
    big: 12345678901234567890n,
    text: "ü \u2028 \0 😀",
    list: [1, [2, undefined], { a: "b" }],
    date: new Date(0),
    url: new URL("https://example.com/a?b#c"),
    regexp: /a+b/gi,
    map: new Map<unknown, unknown>([["k", new Set([1, 2])]]),
    bytes: new Uint8Array([1, 2, 3]),
    one: shared,
    two: shared,
  };
  const got = await propsOf({ ...given, circular });
  const { circular: back, ...rest } = got;
  assert.deepEqual(rest, given);
  assert.equal(Object.is(got.zero, -0), true);
  assert.equal(got.one, got.two);
  assert.equal((back as typeof circular).self, back);
});

Deno.test("a Temporal value arrives as it was", async () => {
  const temporal =
    (globalThis as { Temporal?: { PlainDate: { from(text: string): { toString(): string } } } }).Temporal;
  if (temporal === undefined) return; // a runtime without Temporal has none to send
  const { day } = await propsOf({ day: temporal.PlainDate.from("2026-11-24") });
  assert.equal(String(day), "2026-11-24");
});

Deno.test("of a view of a larger buffer only the view is sent", async () => {
  const buffer = new TextEncoder().encode("secret before|mine|secret behind");
  const html = await render(() => <Show bytes={buffer.subarray(14, 18)} />);
  const got = payloadOf(html).islands[0]?.[2].bytes as Uint8Array;
  assert.equal(new TextDecoder().decode(got), "mine");
  assert.equal(got.buffer.byteLength, 4);
});

Deno.test("a signal stays one signal across islands; a computed one is a fixed value", async () => {
  const n = signal(3);
  const double = computed(() => n.value * 2);
  const html = await render(() => (
    <>
      <Show n={n} d={double} />
      <Show n={n} list={[n]} />
    </>
  ));
  const [a, b] = payloadOf(html).islands.map(([, , props]) => props);
  assert.ok(a && b);
  assert.equal(a.n, b.n);
  assert.equal((b.list as unknown[])[0], a.n);
  assert.equal((a.n as Signal<number>).value, 3);
  assert.equal((a.d as Signal<number>).value, 6);
  assert.throws(() => (a.d as Signal<number>).value = 1);
});

Deno.test("a signal among the props is no JSX, although it passes for an element", async () => {
  assert.match(await render(() => <Box title={signal("words")} />), /<section>words<\/section>/);
});

Deno.test("functions, class instances and JSX deep in a prop are errors that name island and prop", async () => {
  class Money {
    constructor(readonly amount: number) {}
  }
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ onPick: () => {} }, /"onPick" of island "All".*is a function/],
    [{ deep: { list: [1, () => {}] } }, /"deep\.list\[1\]" of island "All".*is a function/],
    [{ price: new Money(1) }, /"price" of island "All".*no plain value/],
    [{ rows: [<p key="a">a</p>] }, /"rows" of island "All".*JSX/],
  ];
  for (const [props, message] of cases) {
    using log = quiet();
    const response = await ask(appOf(() => <Show {...props} />))("/");
    assert.equal(response.status, 500);
    assert.match(String(log.errors[0]), message);
  }
});

Deno.test("no prop can end the script element or open another", async () => {
  const bad = ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "</ScRiPt ", '"}</script>'];
  for (const text of bad) {
    const html = await render(() => <Show text={text} nested={{ [text]: [text] }} sig={signal(text)} />);
    const json = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    assert.doesNotMatch(json, /</, text);
    assert.equal(html.match(/<script/gi)?.length, 2, text);
    const props = payloadOf(html).islands[0]?.[2] ?? {};
    assert.equal(props.text, text);
    assert.deepEqual(props.nested, { [text]: [text] });
  }
});

Deno.test("an element that is rendered in many pages is the island each time", async () => {
  const element = <Counter n={1} />;
  const text = askText(appOf(() => element));
  assert.equal(payloadOf(await text("/")).islands.length, 1);
  assert.equal(payloadOf(await text("/")).islands.length, 1);
});

Deno.test("pages that are served live get the script that reloads them, islands or not", async () => {
  const app = withBuild(new App().get("/", (ctx) => ctx.render(<p>a</p>)), { live: true, mode: "development" });
  assert.match(await askText(app)("/"), /<script type="module" src="\/_fresh\/js\/5\/fresh-reload.js"><\/script>/);
});

Deno.test("errors of pages that are served live are shown with their source, to browsers only", async () => {
  using _ = quiet();
  const app = withBuild(
    new App().get("/", () => {
      throw new Error("oh <no>");
    }),
    { live: true, mode: "development" },
  );
  const html = await askText(app)("/", { headers: { accept: "text/html" } });
  assert.match(html, /Error: oh &lt;no&gt;/);
  assert.equal(await askText(app)("/"), "Internal server error");
});
