import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../components/Icon.tsx";

/** What single keys do on the pages of the sync; a page has those of its own controls. */
const KEYS: [key: string, does: string][] = [
  ["I", "Start an incremental run"],
  ["R", "Choose another run"],
  ["N", "New schedule"],
  ["E", "Download CSV"],
  ["/", "Search in this page"],
  ["J K", "Next, previous row"],
  ["X", "Tick the row"],
  ["?", "This list"],
];
/** Where the choice is kept that single keys do nothing: on this machine, since it is about a keyboard. */
const CHOICE = "tidemark-keys";

/**
 * Single keys: presses what declares a key (`aria-keyshortcuts`), walks through rows, and shows the list of keys. They do
 * nothing while something is typed, and can be switched off (WCAG 2.1.4).
 */
export default function SyncKeys() {
  const [live, setLive] = useState(false);
  const [on, setOn] = useState(true);
  const list = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    setLive(true);
    setOn(localStorage.getItem(CHOICE) !== "off");
  }, []);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (list.current?.open || document.querySelector(":popover-open[role=dialog]")) return;
      if (event.key === "?") list.current?.showModal();
      else if (!on || (event.repeat && !/^[jk]$/i.test(event.key)) || !press1(event.key.toLowerCase())) return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [on]);

  function choose(next: boolean) {
    setOn(next);
    localStorage.setItem(CHOICE, next ? "on" : "off");
  }

  if (!live) return null;
  return (
    <div class="mt-4 -ml-2.5 print:hidden max-sm:hidden">
      <button class="btn btn-ghost small text-muted" type="button" onClick={() => list.current?.showModal()}>
        Keyboard shortcuts <kbd class="kbd" aria-hidden="true">?</kbd>
      </button>
      <dialog class="ask" ref={list} aria-labelledby="keys-title">
        <h2 class="text-sm" id="keys-title">Keyboard shortcuts</h2>
        <dl class="facts mt-3">
          {KEYS.map(([key, does]) => [
            <dt key={key}>
              <kbd class="kbd">{key}</kbd>
            </dt>,
            <dd key={does}>{does}</dd>,
          ])}
        </dl>
        <label class="mt-4 flex items-center gap-2 text-list">
          <input
            class="checkbox checkbox-sm"
            type="checkbox"
            checked={on}
            onChange={(event) => choose(event.currentTarget.checked)}
          />
          Single keys work on this machine
        </label>
        <form class="mt-4 flex justify-end" method="dialog">
          <button class="btn" type="submit">
            <Icon name="cross" size={14} />
            Close
          </button>
        </form>
      </dialog>
    </div>
  );
}

/** Does what a key stands for here; false where it stands for nothing. */
function press1(key: string): boolean {
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "x") return tick();
  const found = [...document.querySelectorAll<HTMLElement>("[aria-keyshortcuts]")]
    .find((one) => one.getAttribute("aria-keyshortcuts")!.toLowerCase() === key && one.checkVisibility());
  if (!found) return false;
  if (found instanceof HTMLInputElement) found.focus();
  else found.click();
  return true;
}

const ROW_LINKS = "main tbody th a, main li > p > a";

function step(by: 1 | -1): boolean {
  const links = [...document.querySelectorAll<HTMLElement>(ROW_LINKS)].filter((link) => link.checkVisibility());
  const at = links.findIndex((link) => rowOf(link)?.contains(document.activeElement));
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

function tick(): boolean {
  const box = rowOf(document.activeElement)?.querySelector<HTMLInputElement>("input[type=checkbox]");
  box?.click();
  return box !== null && box !== undefined;
}

const rowOf = (element: Element | null) => element?.closest("tr, li") ?? null;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]") !== null;
}
