import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export interface EmptyProps {
  icon?: IconName;
  /** What is not there: `No orders match these filters`. */
  title: string;
  /** Why, in a sentence. */
  children?: ComponentChildren;
  /** The one act that helps. */
  action?: ComponentChildren;
}

/** Stands where rows or a plot would stand when there are none. */
export function Empty({ icon = "inbox", title, children, action }: EmptyProps) {
  return (
    <div class="flex flex-col items-center px-6 py-10 text-center">
      <Icon name={icon} size={22} class="text-muted" />
      <p class="mt-3 text-list font-semibold">{title}</p>
      {children && <p class="mt-1 max-w-sm text-xs text-muted text-balance">{children}</p>}
      {action && <div class="mt-3 text-list">{action}</div>}
    </div>
  );
}

/** Stands where a part of a page could not load: what failed, what still holds, and a way to try again. */
export function ErrorNote(
  { title, children, retry = "" }: { title: string; children?: ComponentChildren; retry?: string },
) {
  return (
    <div class="flex flex-col items-center px-6 py-10 text-center">
      <Icon name="octagon" size={22} class="text-error" />
      <p class="mt-3 text-list font-semibold">{title}</p>
      {children && <p class="mt-1 max-w-sm text-xs text-muted text-balance">{children}</p>}
      <a class="go mt-3 text-list" href={retry}>Try again</a>
    </div>
  );
}
