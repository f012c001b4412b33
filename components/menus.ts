/** What a menu is to the scripts: a `details` that says so. It opens and closes without them too. */
const OPEN = "details[data-menu][open]";

/**
 * Closes open menus as people expect it: by Esc, which gives the focus back to what opened them, by a press beside, and when
 * the focus goes elsewhere. To be called once on a page, in the browser.
 *
 * @returns ends it
 */
export function closeMenus(): () => void {
  const open = () => [...document.querySelectorAll<HTMLDetailsElement>(OPEN)];
  const leave = (to: EventTarget | null) => {
    for (const menu of open()) if (!(to instanceof Node && menu.contains(to))) menu.open = false;
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    for (const menu of open()) {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held) menu.querySelector("summary")?.focus();
    }
  };
  const point = (event: PointerEvent) => leave(event.target);
  const focus = (event: FocusEvent) => leave(event.target);
  addEventListener("keydown", press);
  addEventListener("pointerdown", point);
  addEventListener("focusin", focus);
  return () => {
    removeEventListener("keydown", press);
    removeEventListener("pointerdown", point);
    removeEventListener("focusin", focus);
  };
}
