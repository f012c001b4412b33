import { createDefine } from "fresh";
import type { Access, Audit, CookieMaker, Person } from "./lib/access/mod.ts";
import type { Api } from "./lib/api/mod.ts";
import type { Config } from "./lib/config.ts";
import type { Store } from "./lib/store/connect.ts";
import type { Sync } from "./lib/sync/mod.ts";
import type { Tide } from "./lib/sync/views.ts";

/** What the program is made of. `main.ts` makes it once; routes take what they need from `ctx.state.services`. */
export interface Services {
  config: Config;
  store: Store;
  access: Access;
  /** Where acts are written down; who acts is known from the request. */
  audit: Audit;
  sync: Sync;
  api: Api;
}

/** What the middlewares put beside each request. */
export interface State {
  services: Services;
  person: Person | null;
  /** Id of the session that asks; null for nobody and for API keys. */
  session: string | null;
  /** True for who must have a second factor and has signed in without one: they reach the page of its set-up only. */
  lacksSecondFactor: boolean;
  /** Makes and reads the cookies of our own. */
  cookies: CookieMaker;
  theme: "light" | "dark" | "system";
  rail: boolean;
  tide: Tide;
}

/** Typed makers of pages, handlers, layouts and middlewares. */
export const define = createDefine<State>();
