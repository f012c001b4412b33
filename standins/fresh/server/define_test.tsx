import assert from "node:assert/strict";
import { App, type Context, createDefine, HttpError, page, type PageProps } from "../mod.ts";

interface State {
  user: string;
}
const define = createDefine<State>();

/** Fails to compile where the two types differ. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const same = <A, B>(..._: Same<A, B> extends true ? [] : [never]) => {};

Deno.test("define: a page's data is what its handler gives, by function or by method", () => {
  const byFunction = define.handlers((ctx) => {
    same<typeof ctx, Context<State>>();
    return page({ name: ctx.state.user });
  });
  const one = define.page<typeof byFunction>((props) => {
    same<typeof props.data, { name: string }>();
    return <p>{props.data.name}{props.state.user}</p>;
  });
  const byMethod = define.handlers({
    async GET(ctx) {
      await Promise.resolve();
      return page({ count: ctx.state.user.length }, { status: 201 });
    },
    POST: () => new Response(),
  });
  const two = define.page<typeof byMethod>(({ data }) => <p>{data.count.toFixed()}</p>);
  const late = define.page(async (props) => {
    await Promise.resolve();
    return <p>{props.url.href}</p>;
  });
  const layout = define.layout(({ Component, state }) => (
    <main title={state.user}>
      <Component />
    </main>
  ));
  const middleware = define.middleware((ctx) => ctx.next());
  const several = define.middleware([(ctx) => ctx.next(), middleware]);

  const app = new App<State>().use(middleware, ...several).layout("/", layout)
    .route("/one", { handler: byFunction, component: one as (props: PageProps<unknown, State>) => never })
    .appWrapper(({ Component, url }) => (
      <html lang={url.pathname}>
        <Component />
      </html>
    ))
    .get("/lazy", () => Promise.resolve((ctx: Context<State>) => ctx.text(ctx.state.user)));
  assert.ok(app && two && late);
});

Deno.test("HttpError takes the codes of errors only", () => {
  // @ts-expect-error 200 is no error
  assert.equal(new HttpError(200).status, 200);
  // @ts-expect-error a number may be anything
  assert.equal(new HttpError(400 as number).status, 400);
  const error = new HttpError(404, "Gone fishing", { cause: 1 });
  assert.deepEqual([error.name, error.status, error.message, error.cause], ["HttpError", 404, "Gone fishing", 1]);
  assert.equal(new HttpError(503).message, "Service Unavailable");
});
