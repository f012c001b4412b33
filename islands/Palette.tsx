import { Fragment } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "../components/Icon.tsx";
import { showCurrentTab } from "../components/current_tab.ts";
import { closeMenus } from "../components/menus.ts";
import { matching, type Target } from "../components/search/matching.ts";
import { resultsOf, ResultWords } from "../components/search/ResultList.tsx";
import type { Found } from "../lib/reports/search.ts";

/** How long typing must rest before records are asked for, in milliseconds. */
const REST_MS = 120;

/**
 * "Search or jump to", over the page: opened by `Ctrl K` or `Cmd K` and by the links that lead to `/search`, which is the same
 * without a script. A combobox with a list (ARIA APG): arrows choose, Enter goes, Esc closes.
 */
export default function Palette({ targets }: { targets: Target[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const { found, state } = useFound(words);
  const results = resultsOf(matching(targets, words), found);
  const chosen = Math.min(at, results.length - 1);

  // here, since this is on every page
  useEffect(closeMenus, []);
  useEffect(showCurrentTab, []);

  useEffect(() => {
    const open = () => {
      setOpen(true);
      dialog.current?.showModal();
    };
    const press = (event: KeyboardEvent) => {
      const isOurs = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey &&
        !event.altKey;
      if (!isOurs || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      open();
    };
    const click = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!(event.target instanceof Element) || !event.target.closest("a[data-search]")) return;
      event.preventDefault();
      open();
    };
    addEventListener("keydown", press);
    addEventListener("click", click);
    return () => {
      removeEventListener("keydown", press);
      removeEventListener("click", click);
    };
  }, []);

  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen, results.length]);

  function choose(event: KeyboardEvent) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && results.length > 0) setAt((chosen + by + results.length) % results.length);
    else if (event.key === "Enter" && results[chosen]) document.getElementById(`${id}-${chosen}`)?.click();
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      class="palette"
      ref={dialog}
      aria-label="Search or jump to"
      onClose={() => {
        setOpen(false);
        setWords("");
        setAt(0);
      }}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      {isOpen && (
        <>
          <div class="palette-field">
            <Icon name="search" />
            <input
              type="text"
              role="combobox"
              aria-label="Search or jump to"
              aria-expanded={results.length > 0}
              aria-controls={`${id}-list`}
              aria-activedescendant={results.length > 0 ? `${id}-${chosen}` : undefined}
              aria-autocomplete="list"
              autocomplete="off"
              spellcheck={false}
              placeholder="Search or jump to"
              maxLength={100}
              value={words}
              ref={(field) => field?.focus()}
              onInput={(event) => {
                setWords(event.currentTarget.value);
                setAt(0);
              }}
              onKeyDown={choose}
            />
            <kbd class="kbd" aria-hidden="true">Esc</kbd>
          </div>
          <div class="palette-list" id={`${id}-list`} role="listbox" aria-label="Results">
            {results.map((result, n) => (
              <Fragment key={result.href}>
                {result.group !== results[n - 1]?.group && (
                  <p class="palette-group" role="presentation">{result.group}</p>
                )}
                <a
                  class="found"
                  id={`${id}-${n}`}
                  href={result.href}
                  role="option"
                  tabIndex={-1}
                  aria-selected={n === chosen}
                  onMouseMove={() => n !== chosen && setAt(n)}
                >
                  <ResultWords result={result} />
                </a>
              </Fragment>
            ))}
          </div>
          <p class="palette-foot" role="status">
            {state === "failed"
              ? "Records could not be searched. Pages still can."
              : results.length > 0
              ? `${results.length} ${results.length === 1 ? "result" : "results"}`
              : state === "asking"
              ? "Searching"
              : `Nothing is called “${words.trim()}”`}
          </p>
        </>
      )}
    </dialog>
  );
}

/** Records for what is typed. What was found for the words before stays until the answer comes, so that the list is calm. */
function useFound(words: string): { found: Found[]; state: "idle" | "asking" | "failed" } {
  const [found, setFound] = useState<Found[]>([]);
  const [state, setState] = useState<"idle" | "asking" | "failed">("idle");
  useEffect(() => {
    const wanted = words.trim();
    if (wanted === "") {
      setFound([]);
      setState("idle");
      return;
    }
    setState("asking");
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(wanted)}`, { signal: stop.signal });
        if (!answer.ok) throw new Error(`${answer.status}`);
        setFound((await answer.json() as { found: Found[] }).found);
        setState("idle");
      } catch {
        if (stop.signal.aborted) return;
        setFound([]);
        setState("failed");
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words]);
  return { found, state };
}
