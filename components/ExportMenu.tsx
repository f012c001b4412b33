import { Icon } from "./Icon.tsx";

/**
 * The files in which what a page shows can be had, all of its rows.
 *
 * @param hrefs addresses of the files
 */
export function ExportMenu({ hrefs }: { hrefs: { csv: string; xlsx: string } }) {
  return (
    <details class="relative" name="menu" data-menu>
      <summary class="btn">
        <Icon name="download" size={14} />
        Export
        <Icon name="chevron-down" size={14} class="text-muted" />
      </summary>
      <div class="menu-panel export-menu p-2">
        <a class="side-link w-full" href={hrefs.xlsx} download>
          Excel <span class="ml-auto text-xs text-muted">.xlsx</span>
        </a>
        <a class="side-link w-full" href={hrefs.csv} download>
          CSV <span class="ml-auto text-xs text-muted">.csv</span>
        </a>
      </div>
    </details>
  );
}
