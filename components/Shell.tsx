import { Head } from "fresh/runtime";
import type { ComponentChildren } from "preact";
import { can, type Person } from "../lib/access/roles.ts";
import type { Tide } from "../lib/sync/views.ts";
import { NAVIGATION, type PlaceGroup, standing } from "./navigation.ts";
import { Button } from "./Button.tsx";
import { Icon } from "./Icon.tsx";
import { Zone } from "./Moment.tsx";
import { Logo } from "./Logo.tsx";
import { Notice } from "./Notice.tsx";
import { TideFoot } from "./TideFoot.tsx";
import { type Crumb, TopBar } from "./TopBar.tsx";

/** What the frame needs of a request's state; `State` of utils.ts fits. */
export interface ShellState {
  person: Person | null;
  theme: "light" | "dark" | "system";
  rail: boolean;
  tide: Tide;
  services: { config: { netsuite: { accountId: string }; zone: string } };
}

export interface ShellProps {
  state: ShellState;
  url: URL;
  /** Title of the document, and the last word of the breadcrumb. */
  title: string;
  /** What leads here, without the page itself. */
  crumbs?: Crumb[];
  /** Top bar, before theme and account: a `Stamp`, or the connection. */
  stamp?: ComponentChildren;
  /** Replaces the words of the tide at the navigation's foot, where a page keeps them live. */
  tide?: ComponentChildren;
  children: ComponentChildren;
}

/** The frame of every page for signed-in people: skip link, navigation, top bar, main part. No scripts of its own. */
export function Shell({ state, url, title, crumbs = [], stamp, tide, children }: ShellProps) {
  return (
    <Zone.Provider value={state.services.config.zone}>
      <div class={state.rail ? "rail" : undefined}>
        <Head>
          <title>{`${title} · Tidemark`}</title>
        </Head>
        <a class="skip" href="#main">Skip to content</a>
        <div class="shell">
          <nav class="side" id="navigation" popover="auto" aria-label="Main">
            <Brand state={state} url={url} />
            <a class="jump" href="/search" data-search aria-keyshortcuts="Control+K Meta+K" title="Search or jump to">
              <Icon name="search" size={14} />
              <span>Search or jump to</span>
              <kbd class="kbd" aria-hidden="true">Ctrl K</kbd>
            </a>
            {NAVIGATION.map((group) => <Group key={group.label ?? ""} group={group} state={state} url={url} />)}
            {tide ?? <TideFoot tide={state.tide} />}
          </nav>
          <TopBar state={state} url={url} crumbs={[...crumbs, { label: title }]} stamp={stamp} />
          <main class="page" id="main" tabIndex={-1}>
            {state.person?.seesAs && <SeesAs role={state.person.seesAs.name} />}
            {children}
          </main>
        </div>
      </div>
    </Zone.Provider>
  );
}

/** Says on every page that an admin looks through another role, and leads back. */
function SeesAs({ role }: { role: string }) {
  return (
    <div class="mb-4 print:hidden">
      <Notice
        tone="attention"
        title={`You see Tidemark as ${role}.`}
        action={
          <form method="post" action="/see-as">
            <Button small>See as yourself</Button>
          </form>
        }
      >
        What this role does not allow is not here, and cannot be done.
      </Notice>
    </div>
  );
}

function Brand({ state, url }: { state: ShellState; url: URL }) {
  const account = state.services.config.netsuite.accountId;
  return (
    <div class="brand">
      <Logo />
      <div class="brand-name">
        <p class="text-sm leading-5 font-semibold">Tidemark</p>
        <p class="truncate text-label text-muted">Account {account}</p>
      </div>
      <form class="rail-toggle max-xl:hidden" method="post" action="/preferences">
        <input type="hidden" name="back" value={url.pathname + url.search} />
        <button
          class="round"
          type="submit"
          name="rail"
          value={state.rail ? "off" : "on"}
          aria-label={state.rail ? "Widen navigation" : "Collapse navigation"}
          title={state.rail ? "Widen navigation" : "Collapse navigation"}
        >
          <Icon name="panel" />
        </button>
      </form>
    </div>
  );
}

function Group({ group, state, url }: { group: PlaceGroup; state: ShellState; url: URL }) {
  const places = group.places.filter((place) => !place.permission || can(state.person, place.permission));
  if (places.length === 0) return null;
  const id = group.label ? `group-${group.label.toLowerCase()}` : undefined;
  return (
    <div class="side-group">
      {group.label && <p class="side-label" id={id}>{group.label}</p>}
      <ul aria-labelledby={id}>
        {places.map((place) => {
          const here = standing(place.href, url.pathname);
          return (
            <li key={place.href}>
              <a class={`side-link ${here ? "here" : ""}`} href={place.href} aria-current={here} title={place.label}>
                <Icon name={place.icon} />
                <span>{place.label}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
