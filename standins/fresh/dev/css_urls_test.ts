import assert from "node:assert/strict";
import { App, staticFiles } from "../mod.ts";
import { Builder } from "../dev.ts";
import { askText } from "../testing/ask.ts";
import { makeProject } from "../testing/project.ts";
import { addBuildId } from "./css_urls.ts";

Deno.test("addBuildId addresses local files by build, in every way of writing them", () => {
  assert.equal(addBuildId("a { b: url('/foo.jpg'); }", "id"), 'a { b: url("/foo.jpg?__frsh_c=id"); }');
  assert.equal(addBuildId("url( ./x.woff2 )", "id"), 'url("./x.woff2?__frsh_c=id")');
  assert.equal(addBuildId('url("/a.svg?b=1#c")', "id"), 'url("/a.svg?b=1&__frsh_c=id#c")');
});

Deno.test("addBuildId leaves other addresses as they are", () => {
  for (
    const css of [
      `url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' stroke='rgb(76, 154, 137)'%3E%3C/svg%3E")`,
      "url(https://a.example/b.png)",
      "url(//a.example/b.png)",
      "url(#gradient)",
      'url("/a.png?__frsh_c=old")',
      "url()",
    ]
  ) assert.equal(addBuildId(css, "id"), css);
});

Deno.test("a build's stylesheets name files by its id, changed ones as well", async () => {
  await using project = await makeProject({
    "static/a.css": `@font-face { src: url(/f.woff2) }`,
    "static/b.css": `b{}`,
    "static/f.woff2": "font",
  });
  const builder = new Builder({ root: project.root });
  builder.onTransformStaticFile(
    { pluginName: "b", filter: /b\.css$/ },
    ({ text }) => ({ content: text + "c{d:url(f.woff2)}" }),
  );
  const app = new App().use(staticFiles());
  (await builder.build({ snapshot: "memory" }))(app);
  const text = askText(app);
  assert.match(await text("/a.css"), /url\("\/f\.woff2\?__frsh_c=\w+"\)/);
  assert.match(await text("/b.css"), /url\("f\.woff2\?__frsh_c=\w+"\)/);
  const font = /\/f\.woff2\?__frsh_c=\w+/.exec(await text("/a.css"))?.[0] ?? "";
  assert.equal(await text(font), "font");
});
