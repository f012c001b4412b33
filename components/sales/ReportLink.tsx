import type { ComponentChildren } from "preact";

/**
 * A link to this report with other filters. The framework marks every link to the path of the page as the current page; for
 * one that changes the query that is not so, and a screen reader would say it.
 */
export function ReportLink(props: {
  href: string;
  class?: string;
  title?: string;
  "aria-label"?: string;
  children: ComponentChildren;
}) {
  return <a {...props} aria-current={undefined} />;
}
