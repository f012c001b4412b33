import type { Build } from "./build.ts";
import { routeFileCommands } from "./fs_routes.ts";
import { coverScopes, joinPattern, patternScopes } from "./patterns.ts";
import { routeMethods, runRoute } from "./route.ts";
import type { Router } from "./router.ts";
import { type ErrorPage, type Root, type Scope, stepsTo } from "./scopes.ts";
import { chainSteps } from "./steps.ts";
import {
  type LayoutConfig,
  type MaybeLazy,
  type Method,
  METHODS,
  type Middleware,
  type Route,
  type RouteComponent,
  type RouteConfig,
} from "./types.ts";
import type { Context } from "./context.ts";

/** What the table of routes holds: the whole chain of a request, ready to run. */
export type Run<State> = (ctx: Context<State>) => Promise<Response>;

/**
 * One call of an app's methods, kept so that it can be repeated below a prefix (`mountApp`) and once the build is known
 * (`fsRoutes`). `scopes` are given where files say more than the pattern does.
 */
export type Command<State> =
  | { kind: "use"; path: string; scopes?: string[]; steps: Middleware<State>[] }
  | { kind: "handle"; path: string; methods: readonly Method[]; steps: Middleware<State>[] }
  | {
    kind: "route";
    path: string;
    scopes?: string[];
    besideFolder?: boolean;
    route: MaybeLazy<Route<State>>;
    config?: RouteConfig;
  }
  | { kind: "layout"; path: string; scopes?: string[]; component: RouteComponent<State>; config: LayoutConfig }
  | { kind: "error"; path: string; scopes?: string[]; page: ErrorPage<State> }
  | { kind: "wrapper"; component: RouteComponent<State> }
  | { kind: "notFound"; page: ErrorPage<State> }
  | { kind: "files"; path: string }
  | { kind: "mount"; path: string; commands: Command<State>[] };

/** Applies an app's commands in order, below `prefix`. */
export function applyCommands<State>(
  commands: readonly Command<State>[],
  prefix: string,
  root: Root<State>,
  router: Router<Run<State>>,
  build: Build<State> | null,
): void {
  const prefixScopes = coverScopes(prefix);
  for (const command of commands) {
    switch (command.kind) {
      case "use":
        for (const value of command.steps) {
          scopeOf(root, prefix, command).middlewares.push({ value, folder: command.scopes !== undefined });
        }
        break;
      case "layout": {
        const value = { component: command.component, config: command.config };
        scopeOf(root, prefix, command).layout = { value, folder: command.scopes !== undefined };
        break;
      }
      case "error":
        scopeOf(root, prefix, command).errorPage = { value: command.page, folder: command.scopes !== undefined };
        break;
      case "wrapper":
        root.wrapper = command.component;
        break;
      case "notFound":
        root.notFound = command.page;
        break;
      case "handle": {
        const pattern = joinPattern(prefix, command.path);
        const run = chainSteps([...stepsTo(root, root.scope.below(patternScopes(pattern)), false), ...command.steps]);
        for (const method of command.methods) router.add(method, pattern, run);
        break;
      }
      case "route": {
        const pattern = joinPattern(prefix, command.path);
        const scopes = command.scopes === undefined ? patternScopes(pattern) : [...prefixScopes, ...command.scopes];
        const steps = stepsTo(root, root.scope.below(scopes), command.besideFolder ?? false);
        const { route, config } = command;
        if (typeof route === "function") {
          const load = once(route);
          const run = chainSteps<State>([
            ...steps,
            async (ctx) => await runRoute(ctx, withConfig(await load(), config)),
          ]);
          const methods = config?.methods === undefined || config.methods === "ALL" ? METHODS : config.methods;
          for (const method of methods) router.add(method, pattern, run);
        } else {
          const ready = withConfig(route, config);
          const run = chainSteps<State>([...steps, (ctx) => runRoute(ctx, ready)]);
          for (const method of routeMethods(route)) router.add(method, pattern, run);
        }
        break;
      }
      case "files":
        if (build === null) {
          throw new Error(
            "Cannot serve the files of routes/: the app has no build. Start _fresh/server.js after a build, or dev.ts",
          );
        }
        applyCommands(routeFileCommands<State>(build.routes), joinPattern(prefix, command.path), root, router, build);
        break;
      case "mount":
        applyCommands(command.commands, joinPattern(prefix, command.path), root, router, build);
        break;
    }
  }
}

function scopeOf<State>(
  root: Root<State>,
  prefix: string,
  command: { path: string; scopes?: string[] },
): Scope<State> {
  return root.scope.below([...coverScopes(prefix), ...(command.scopes ?? coverScopes(command.path))]);
}

function withConfig<State>(route: Route<State>, config: RouteConfig | undefined): Route<State> {
  return config === undefined ? route : { ...route, config: { ...config, ...route.config } };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () =>
    loading ??= load().catch((error) => {
      loading = null; // so that the next request tries again
      throw error;
    });
}
