import type { Command } from "./commands.ts";
import { compareRouteFiles, filePattern, folderScopes } from "./file_patterns.ts";
import type { HandlerByMethod, RouteHandler } from "./handlers.ts";
import { loadOnce } from "./steps.ts";
import type { LayoutConfig, MaybeLazyMiddleware, Route, RouteComponent, RouteConfig } from "./types.ts";

/** What a file of `routes/` may export. */
export interface RouteModule<State> {
  default?: unknown;
  handler?: unknown;
  handlers?: unknown;
  config?: RouteConfig & LayoutConfig;
  css?: string[];
  /** Never set: keeps the state's type with the module. */
  state?: State;
}

/** A file of `routes/`: its path inside that folder with the extension, and the loaded module. */
export interface RouteFile {
  path: string;
  module: unknown;
}

type Special = "_app" | "_layout" | "_middleware" | "_error" | "_500" | "_404";
const SPECIAL = new Set<string>(["_app", "_middleware", "_layout", "_error", "_500", "_404"]);

/**
 * What the files of `routes/` register, in the order that counts: what holds for folders first, the outer folder before
 * the inner one, then the pages, the more particular pattern before the wider one.
 *
 * @throws {Error} for a file without any of the exports its name asks for
 */
export function routeFileCommands<State>(files: readonly RouteFile[]): Command<State>[] {
  const parsed = files.map((file) => {
    const path = file.path.replace(/\.[^./]+$/, "");
    const slash = path.lastIndexOf("/");
    return {
      file: file.path,
      path,
      folder: path.slice(0, slash + 1),
      name: path.slice(slash + 1),
      module: file.module,
    };
  });
  const depth = (folder: string) => folder.split("/").length;
  const special = parsed.filter(({ name }) => SPECIAL.has(name))
    .sort((a, b) => depth(a.folder) - depth(b.folder) || (a.path < b.path ? -1 : 1));
  const pages = parsed.filter(({ name }) => !SPECIAL.has(name)).sort((a, b) => compareRouteFiles(a.path, b.path));
  return [
    ...special.flatMap(({ file, folder, name, module }) =>
      specialCommand<State>(file, folder, name as Special, module as RouteModule<State>)
    ),
    ...pages.map(({ file, path, folder, name, module }) =>
      pageCommand<State>(file, path, folder, name, module as RouteModule<State>)
    ),
  ];
}

function specialCommand<State>(
  file: string,
  folder: string,
  name: Special,
  module: RouteModule<State>,
): Command<State>[] {
  const scopes = folderScopes(folder);
  switch (name) {
    case "_app":
      return [{ kind: "wrapper", component: component(file, module) }];
    case "_layout":
      return [{
        kind: "layout",
        path: folder,
        scopes,
        component: component(file, module),
        config: module.config ?? {},
      }];
    case "_middleware": {
      const given = module.handler ?? module.handlers ?? module.default;
      if (given === undefined) throw lacks(file, "a middleware as `handler`, `handlers` or `default`");
      const steps = Array.isArray(given) ? given : [given];
      if (steps.every((step) => typeof step === "function")) {
        return [{ kind: "use", path: folder, scopes, steps: (steps as MaybeLazyMiddleware<State>[]).map(loadOnce) }];
      }
      console.warn(
        `Ignored routes/${file}: a middleware is a function or a list of functions, not an object of handlers by method`,
      );
      return [];
    }
    case "_404":
      return [{ kind: "notFound", page: route(file, module) }];
    case "_error":
    case "_500":
      return [{ kind: "error", path: folder, scopes, page: route(file, module) }];
  }
}

function pageCommand<State>(
  file: string,
  path: string,
  folder: string,
  name: string,
  module: RouteModule<State>,
): Command<State> {
  const isIndex = name === "index";
  const scopes = folderScopes(isIndex ? folder : path);
  return {
    kind: "route",
    path: module.config?.routeOverride ?? filePattern(path),
    scopes,
    besideFolder: !isIndex,
    route: route(file, module),
  };
}

function route<State>(file: string, module: RouteModule<State>): Route<State> {
  const handler = module.handler ?? module.handlers;
  if (handler === undefined && module.default === undefined) {
    throw lacks(file, "a component as `default`, or `handler`, or `handlers`");
  }
  if (handler !== undefined && typeof handler !== "function" && !isByMethod(handler)) {
    throw new TypeError(
      `Cannot use routes/${file}: its handler must be a function or an object of functions by method`,
    );
  }
  return {
    component: module.default === undefined ? undefined : component(file, module),
    handler: handler as RouteHandler<unknown, State> | undefined,
    config: module.config,
    css: module.css,
  };
}

function component<State>(file: string, module: RouteModule<State>): RouteComponent<State> {
  if (typeof module.default !== "function") throw lacks(file, "a component as `default`");
  return module.default as RouteComponent<State>;
}

function isByMethod(handler: unknown): handler is HandlerByMethod<unknown, unknown> {
  return typeof handler === "object" && handler !== null && !Array.isArray(handler);
}

function lacks(file: string, what: string): TypeError {
  return new TypeError(`Cannot use routes/${file}: it has no relevant exports. It should export ${what}`);
}
