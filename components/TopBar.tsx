import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import type { ShellState } from "./Shell.tsx";

/** One step of the breadcrumb; without an address it is only a word. */
export interface Crumb {
  label: string;
  href?: string;
}

export interface TopBarProps {
  state: ShellState;
  url: URL;
  /** The last one is the page itself. */
  crumbs: Crumb[];
  stamp?: ComponentChildren;
}

/** Breadcrumb at the left; stamp, theme and account at the right. On a phone it holds the navigation's button too. */
export function TopBar({ state, url, crumbs, stamp }: TopBarProps) {
  const back = url.pathname + url.search;
  return (
    <header class="topbar">
      <button class="round drawer-button -ml-2" type="button" popovertarget="navigation" aria-label="Open navigation">
        <Icon name="menu" size={20} />
      </button>
      <nav class="crumbs min-w-0 flex-1" aria-label="Breadcrumb">
        <ol>
          {crumbs.map((crumb, i) => (
            <li key={crumb.label} class={i === crumbs.length - 1 ? "truncate" : undefined}>
              {i > 0 && <Icon name="chevron-right" size={14} />}
              {crumb.href
                ? <a class="hover:underline" href={crumb.href}>{crumb.label}</a>
                : <Last {...{ crumb, crumbs }} />}
            </li>
          ))}
        </ol>
      </nav>
      {stamp}
      <ThemeSwitch back={back} />
      {state.person && <Account person={state.person} theme={state.theme} back={back} />}
    </header>
  );
}

function Last({ crumb, crumbs }: { crumb: Crumb; crumbs: Crumb[] }) {
  const last = crumb === crumbs.at(-1);
  if (!last) return <span>{crumb.label}</span>;
  return <span class={crumbs.length > 1 ? "text-base-content" : ""} aria-current="page">{crumb.label}</span>;
}

/** Two buttons of which one shows: the server does not know what the system's setting is, the stylesheet does. */
function ThemeSwitch({ back }: { back: string }) {
  return (
    <form method="post" action="/preferences" class="max-sm:hidden">
      <input type="hidden" name="back" value={back} />
      <button
        type="submit"
        class="round in-light"
        name="theme"
        value="dark"
        aria-label="Use the dark theme"
        title="Use the dark theme"
      >
        <Icon name="moon" />
      </button>
      <button
        type="submit"
        class="round in-dark"
        name="theme"
        value="light"
        aria-label="Use the light theme"
        title="Use the light theme"
      >
        <Icon name="sun" />
      </button>
    </form>
  );
}

const THEMES = [["system", "System"], ["light", "Light"], ["dark", "Dark"]] as const;

function Account({ person, theme, back }: {
  person: NonNullable<ShellState["person"]>;
  theme: ShellState["theme"];
  back: string;
}) {
  return (
    <details class="relative" name="menu" data-menu>
      <summary class="round rounded-full" title={`Account of ${person.name}`}>
        <span class="avatar">{person.initials}</span>
        <span class="sr-only">, account of {person.name}</span>
      </summary>
      <div class="menu-panel">
        <div class="border-b border-line px-4 py-3">
          <p class="truncate text-list font-semibold">{person.name}</p>
          <p class="truncate text-xs text-muted">{person.email}</p>
          <p class="mt-0.5 text-xs text-muted">{person.roleName}</p>
        </div>
        <form
          class="flex items-center justify-between border-b border-line px-4 py-3"
          method="post"
          action="/preferences"
        >
          <input type="hidden" name="back" value={back} />
          <span class="text-list" id="theme-label">Theme</span>
          <span class="segments" role="group" aria-labelledby="theme-label">
            {THEMES.map(([value, label]) => (
              <button
                key={value}
                type="submit"
                name="theme"
                value={value}
                aria-pressed={theme === value ? "true" : "false"}
              >
                {label}
              </button>
            ))}
          </span>
        </form>
        <div class="border-b border-line p-2">
          <a class="side-link w-full" href="/account">
            <Icon name="shield" />
            Your account
          </a>
        </div>
        <form class="p-2" method="post" action="/sign-out">
          <button class="side-link w-full" type="submit">
            <Icon name="sign-out" />
            Sign out
          </button>
        </form>
      </div>
    </details>
  );
}
