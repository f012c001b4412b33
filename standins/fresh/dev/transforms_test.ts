import assert from "node:assert/strict";
import { join } from "node:path";
import { makeProject } from "../testing/project.ts";
import { type OnTransformOptions, type TransformFn, Transforms } from "./transforms.ts";

const CONTEXT = { root: "/root", target: "chrome99", mode: "production" } as const;

async function run(file: string, plugins: [Partial<OnTransformOptions>, TransformFn][]) {
  await using project = await makeProject({ [file]: "text" });
  const transforms = new Transforms();
  for (const [options, fn] of plugins) transforms.add({ pluginName: "test", filter: /.*/, ...options }, fn);
  const files = await transforms.run(join(project.root, file), CONTEXT);
  return files?.map(({ path, content }) => [path.replace(`${project.root}/`, ""), new TextDecoder().decode(content)]);
}

Deno.test("a transform changes the content, as text or bytes, at once or later", async () => {
  assert.deepEqual(await run("a.txt", [[{}, ({ text }) => ({ content: `${text}!` })]]), [["a.txt", "text!"]]);
  const bytes: TransformFn = ({ content }) => Promise.resolve({ content: content.slice(0, 2) });
  assert.deepEqual(await run("a.txt", [[{}, bytes]]), [["a.txt", "te"]]);
});

Deno.test("transforms run one after the other, each on what the one before made", async () => {
  const add = (letter: string): TransformFn => ({ text }) => ({ content: text + letter });
  assert.deepEqual(await run("a.txt", [[{}, add("A")], [{}, () => {}], [{}, add("B")]]), [["a.txt", "textAB"]]);
});

Deno.test("a transform may rename a file or make several", async () => {
  const split: TransformFn = ({ path }) =>
    ["x", "y"].map((name) => ({ path: path.replace("a.scss", `${name}.css`), content: name }));
  const upper: TransformFn = ({ text }) => ({ content: text.toUpperCase() });
  assert.deepEqual(await run("a.scss", [[{ filter: /\.scss$/ }, split], [{ filter: /x\.css$/ }, upper]]), [
    ["x.css", "X"],
    ["y.css", "y"],
  ]);
});

Deno.test("a file that nobody wants or changes stays as it is", async () => {
  assert.equal(await run("a.txt", [[{ filter: /\.css$/ }, () => ({ content: "no" })]]), undefined);
  assert.equal(await run("a.txt", [[{}, () => {}]]), undefined);
});

Deno.test("exclude leaves files out by name, by stars, or by an expression", async () => {
  const yes: TransformFn = () => ({ content: "changed" });
  for (const rule of ["foo.css", "**/foo.css", "*.css", "sub/foo.css", /foo\.css$/, /FOO/gi]) {
    assert.equal(await run("sub/foo.css", [[{ exclude: [rule] }, yes]]), undefined, String(rule));
    assert.equal(await run("sub/foo.css", [[{ exclude: [rule], filter: /\.css$/g }, yes]]), undefined, String(rule));
  }
  for (const rule of ["oo.css", "bar.css", "foo", /bar/]) {
    assert.equal((await run("sub/foo.css", [[{ exclude: [rule] }, yes]]))?.length, 1, String(rule));
  }
});

Deno.test("a transform that fails names itself and the file", async () => {
  const fail: TransformFn = () => {
    throw new Error("no good");
  };
  await assert.rejects(run("a.txt", [[{ pluginName: "sass" }, fail]]), /a\.txt by "sass": no good/);
});

Deno.test("a transform is told root, target and mode", async () => {
  let seen: unknown;
  await run("a.txt", [[{}, ({ root, target, mode }) => {
    seen = { root, target, mode };
  }]]);
  assert.deepEqual(seen, CONTEXT);
});
