import type { ComponentChildren } from "preact";

export interface PageHeadProps {
  title: string;
  /** One line: what is counted, in which unit, in which zone. */
  children?: ComponentChildren;
  /** At most three, of which at most one is primary. On a phone they become a bar at the bottom. */
  actions?: ComponentChildren;
}

/** The head of a page, with its only `h1`. On a phone the top bar shows the title, so here it is for screen readers. */
export function PageHead({ title, children, actions }: PageHeadProps) {
  return (
    <div class="mb-4 flex items-end gap-4">
      <div class="min-w-0 flex-1">
        <h1 class="text-title max-sm:sr-only">{title}</h1>
        {children && <p class="text-list text-muted sm:mt-1">{children}</p>}
      </div>
      {actions && <div class="page-actions">{actions}</div>}
    </div>
  );
}
