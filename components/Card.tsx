import type { ComponentChildren } from "preact";

export interface CardProps {
  title?: ComponentChildren;
  /** One muted line below the title: what is counted, in which unit. */
  subtitle?: ComponentChildren;
  /** Links or controls at the right of the head. */
  actions?: ComponentChildren;
  /** Names the card where it has no title. */
  label?: string;
  /** No padding around the content: for tables, tiles and lists that reach the edges. */
  flush?: boolean;
  id?: string;
  class?: string;
  children?: ComponentChildren;
}

/** A surface with an edge. Its title is an `h2`; a card without a title may be named by `label`. */
export function Card({ title, subtitle, actions, label, flush, id, class: more, children }: CardProps) {
  return (
    <section class={`card ${more ?? ""}`} aria-label={label} id={id}>
      {(title || actions) && (
        <div class="card-head">
          <div class="min-w-0 flex-1 max-sm:basis-50">
            {title && <h2 class="text-sm">{title}</h2>}
            {subtitle && <p class="mt-0.5 text-xs text-muted">{subtitle}</p>}
          </div>
          {actions && <div class="flex shrink-0 items-center gap-2 text-xs/5">{actions}</div>}
        </div>
      )}
      {flush ? children : children !== undefined && <div class="card-body">{children}</div>}
    </section>
  );
}
