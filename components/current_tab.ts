/**
 * Brings the tab of the page into view where the row of tabs is wider than the screen: the page itself stays where it is.
 * To be called once on a page, in the browser.
 */
export function showCurrentTab(): void {
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs > [aria-current]")) {
    const row = tab.parentElement!;
    const [inside, around] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += inside.left + inside.width / 2 - around.left - around.width / 2;
  }
}
