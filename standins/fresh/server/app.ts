import { setAssetSite } from "../shared/asset.ts";
import { type Build, buildOf } from "./build.ts";
import { applyCommands, type Command, type Run } from "./commands.ts";
import { type FreshConfig, resolveConfig, type ResolvedFreshConfig } from "./config.ts";
import { type ListenOptions, startServer } from "./listen.ts";
import { joinPattern, patternScopes } from "./patterns.ts";
import { Router } from "./router.ts";
import { type Root, Scope, stepsTo } from "./scopes.ts";
import { serveRequest } from "./serve.ts";
import { HttpError } from "../shared/http_error.ts";
import { chainSteps, loadOnce } from "./steps.ts";
import {
  type LayoutConfig,
  type MaybeLazy,
  type MaybeLazyMiddleware,
  type Method,
  METHODS,
  type Middleware,
  type Route,
  type RouteComponent,
  type RouteConfig,
} from "./types.ts";

/** The commands of an app, for `mountApp`. */
let commandsOf: <State>(app: App<State>) => Command<State>[];

/**
 * A web app: middlewares, routes, layouts and error pages, registered in the order in which they count. Every method but
 * `handler` and `listen` returns the app, so that calls can be chained.
 */
export class App<State> {
  config: ResolvedFreshConfig;
  readonly #commands: Command<State>[] = [];

  static {
    commandsOf = (app) => app.#commands;
  }

  constructor(config: FreshConfig = {}) {
    this.config = resolveConfig(config);
  }

  /** Adds middlewares, for the whole app or for a path and everything below it. */
  use(...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(first: string | MaybeLazyMiddleware<State>, ...rest: MaybeLazyMiddleware<State>[]): this {
    const [path, steps] = typeof first === "string" ? [first, rest] : ["*", [first, ...rest]];
    this.#commands.push({ kind: "use", path, steps: steps.map(loadOnce) });
    return this;
  }

  /** Answers GET requests. */
  get(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["GET"], path, steps);
  }

  /** Answers POST requests. */
  post(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["POST"], path, steps);
  }

  /** Answers PATCH requests. */
  patch(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["PATCH"], path, steps);
  }

  /** Answers PUT requests. */
  put(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["PUT"], path, steps);
  }

  /** Answers DELETE requests. */
  delete(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["DELETE"], path, steps);
  }

  /** Answers HEAD requests; without it they are answered as GET, without the body. */
  head(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["HEAD"], path, steps);
  }

  /** Answers requests of every method. */
  all(path: string, ...steps: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(METHODS, path, steps);
  }

  /** Adds a page: a handler, a component, or both. */
  route(path: string, route: MaybeLazy<Route<State>>, config?: RouteConfig): this {
    this.#commands.push({ kind: "route", path, route, config });
    return this;
  }

  /** Wraps the pages of a path and below. */
  layout(path: string, component: RouteComponent<State>, config: LayoutConfig = {}): this {
    this.#commands.push({ kind: "layout", path, component, config });
    return this;
  }

  /** Wraps every page: usually the `<html>` element. */
  appWrapper(component: RouteComponent<State>): this {
    this.#commands.push({ kind: "wrapper", component });
    return this;
  }

  /** What is shown for a 404, wherever it comes from. */
  notFound(page: Route<State> | Middleware<State>): this {
    this.#commands.push({ kind: "notFound", page });
    return this;
  }

  /** What is shown for errors of a path and below. */
  onError(path: string, page: Route<State> | Middleware<State>): this {
    this.#commands.push({ kind: "error", path, page });
    return this;
  }

  /** Adds the files of `routes/` here. */
  fsRoutes(pattern = "*"): this {
    this.#commands.push({ kind: "files", path: pattern });
    return this;
  }

  /** Adds everything of another app below a path, as that app is now. */
  mountApp(path: string, app: App<State>): this {
    const inner = app.config.basePath;
    const below = inner === "" || path === inner || path === `${inner}/*` ? path : joinPattern(path, inner);
    this.#commands.push({ kind: "mount", path: below, commands: [...commandsOf(app)] });
    return this;
  }

  /** The function that answers requests, for `Deno.serve` or a test. What is registered later does not change it. */
  handler(): (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> {
    const build: Build<State> | null = buildOf(this);
    const router = new Router<Run<State>>();
    const root: Root<State> = { scope: new Scope<State>(), wrapper: null, notFound: null };
    setAssetSite(build?.id, this.config.basePath);
    applyCommands(this.#commands, this.config.basePath, root, router, build);

    // The app's own root: what was registered for "*" lies below the base path.
    const steps = stepsTo(root, root.scope.below(patternScopes(this.config.basePath)), false);
    const notFound = chainSteps<State>([...steps, () => {
      throw new HttpError(404);
    }]);
    const wrongMethod = chainSteps<State>([...steps, (ctx) => {
      if (ctx.req.method === "OPTIONS") return new Response(null, { status: 204 });
      throw new HttpError(405);
    }]);
    const config = this.config;
    return (req, info) => serveRequest({ router, notFound, wrongMethod, config, build }, req, info);
  }

  /** Serves the app, until `options.signal` says so. Without a port, the first free one from 8000 on is taken. */
  // deno-lint-ignore require-await -- so that a port that is taken rejects, as with any other implementation
  async listen(options: ListenOptions = {}): Promise<void> {
    startServer(this.handler(), options, this.config.basePath);
  }

  #handle(methods: readonly Method[], path: string, steps: MaybeLazy<Middleware<State>>[]): this {
    if (steps.length === 0) throw new TypeError(`Cannot register "${path}": it needs at least one handler`);
    this.#commands.push({
      kind: "handle",
      path,
      methods,
      steps: (steps as MaybeLazyMiddleware<State>[]).map(loadOnce),
    });
    return this;
  }
}
