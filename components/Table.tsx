import type { ComponentChildren } from "preact";
import { count } from "./format.ts";
import { Icon } from "./Icon.tsx";

/** Which column a table is sorted by. */
export interface Sort {
  column: string;
  dir: "asc" | "desc";
}

/** A table that scrolls sideways on its own. The caption names it for screen readers. */
export function Table({ caption, children }: { caption: string; children: ComponentChildren }) {
  return (
    // it scrolls, so it must be reachable by keyboard
    <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="data">
        <caption class="sr-only">{caption}</caption>
        {children}
      </table>
    </div>
  );
}

export interface HeadProps {
  /** At the right, like the figures below it. */
  numeric?: boolean;
  class?: string;
  children: ComponentChildren;
}

/** A plain head of a column. */
export function Head({ numeric, class: more = "", children }: HeadProps) {
  return <th scope="col" class={`${numeric ? "n " : ""}${more}` || undefined}>{children}</th>;
}

export interface SortHeadProps {
  column: string;
  label: string;
  /** How the table is sorted now; null when in its own order. */
  sort: Sort | null;
  /** The address of the table sorted so; null restores its own order. */
  href: (sort: Sort | null) => string;
  numeric?: boolean;
}

/** A head that sorts by a link: first click by what reads best, a second reverses, a third restores. */
export function SortHead({ column, label, sort, href, numeric }: SortHeadProps) {
  const first = numeric ? "desc" : "asc";
  const second = numeric ? "asc" : "desc";
  const now = sort?.column === column ? sort.dir : null;
  const next: Sort | null = now === null ? { column, dir: first } : now === first ? { column, dir: second } : null;
  const aria = now === null ? undefined : now === "asc" ? "ascending" : "descending";
  return (
    <th scope="col" class={numeric ? "n" : undefined} aria-sort={aria}>
      <a class="sort" href={href(next)} aria-current={undefined}>
        {label}
        {now !== null && <Icon name={now === "asc" ? "up" : "down"} size={12} />}
      </a>
    </th>
  );
}

/** A figure in a table: at the right, tabular; zero is faint, missing is "–". */
export function Num({ value, children }: { value?: number | null; children?: ComponentChildren }) {
  const faint = value === 0 || value === null ? " zero" : "";
  return <td class={`n${faint}`}>{children ?? count(value)}</td>;
}

/** The row of totals: over all rows that match, not over this page. `cells` are its `td`s. */
export function TotalRow({ total, children }: { total: number; children: ComponentChildren }) {
  return (
    <tfoot>
      <tr>
        <th scope="row">All {count(total)}</th>
        {children}
      </tr>
    </tfoot>
  );
}

export interface PagingProps {
  /** From 1. */
  page: number;
  rows: number;
  total: number;
  /** The address of another page, or of another number of rows a page (then from page 1). */
  href: (page: number, rows: number) => string;
  /** Offered numbers of rows a page; none given: no choice. */
  sizes?: number[];
  /** What the rows are, for the name of the landmark. */
  label: string;
}

/** `1–25 of 638`, previous, next, rows a page: all by link. */
export function Paging({ page, rows, total, href, sizes = [], label }: PagingProps) {
  if (total === 0) return null;
  const from = (page - 1) * rows + 1;
  const to = Math.min(total, page * rows);
  return (
    <nav class="paging num" aria-label={`Pages of ${label}`}>
      <span>{count(from)}–{count(to)} of {count(total)}</span>
      {sizes.length > 0 && (
        <span class="sizes">
          Rows
          {sizes.map((size) =>
            size === rows
              ? <span key={size} class="font-semibold text-base-content" aria-current="true">{size}</span>
              : (
                <a
                  key={size}
                  class="go"
                  href={href(1, size)}
                  aria-current={undefined}
                  aria-label={`${size} rows a page`}
                >
                  {size}
                </a>
              )
          )}
        </span>
      )}
      <span class="ml-auto flex gap-2">
        <Step label="Previous" to={page > 1 ? href(page - 1, rows) : null} />
        <Step label="Next" to={to < total ? href(page + 1, rows) : null} />
      </span>
    </nav>
  );
}

function Step({ label, to }: { label: string; to: string | null }) {
  return to === null
    ? <span class="btn small off">{label}</span>
    : <a class="btn small" href={to} aria-current={undefined}>{label}</a>;
}
