import assert from "node:assert/strict";
import { App } from "../mod.ts";
import { Builder } from "../dev.ts";
import { askText } from "../testing/ask.ts";
import { makeProject } from "../testing/project.ts";

Deno.test("probe", async () => {
  await using project = await makeProject({
    "routes/index.tsx": `import { signal } from "@preact/signals";
import X from "../islands/X.tsx";
export default () => <div class="a">{signal(1)}<X n={2} /></div>;`,
    "islands/X.tsx": `export default function X({ n }: { n: number }) { return <b>{n}</b>; }`,
  });
  const apply = await new Builder({ root: project.root }).build({ snapshot: "memory" });
  const app = new App().fsRoutes();
  apply(app);
  console.log(await askText(app)("/"));
  assert.ok(true);
});
