/** How the page hears of the sync: fine, trying again since a time, or shut out because the session ended. */
export type Line = { state: "open" } | { state: "broken"; since: number } | { state: "signed_out" };

/** What is asked, and what becomes of the answers. */
export interface Question<T> {
  /** Path of the API. */
  path: string;
  /** True while the answer changes by the second. */
  isMoving: (answer: T) => boolean;
  onAnswer: (answer: T) => void;
  onLine: (line: Line) => void;
}

/** What the poller works with. Tests pass their own. */
export interface PollDeps {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Runs `call` after `ms`; the result cancels it. */
  later: (call: () => void, ms: number) => () => void;
  now: () => number;
  hidden: () => boolean;
}

/** The page's own: its clock, its line, its tab. */
const PAGE: PollDeps = {
  fetch: (url, init) => fetch(url, init),
  later: (call, ms) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  now: Date.now,
  hidden: () => document.hidden,
};

export interface Poller {
  /** Asks now instead of at the next turn: the tab is seen again, or something was started. */
  wake(): void;
  stop(): void;
}

/** Between two questions: while a run goes on, and otherwise. */
export const BUSY_MS = 1_000;
export const IDLE_MS = 10_000;
const TIMEOUT_MS = 8_000;

/**
 * Asks the same question again and again, until stopped. A hidden tab asks nothing. When the server is away the
 * last figures stay and it tries on, each time a little later but never beyond `IDLE_MS`, so that a restart heals itself.
 *
 * @param busy whether the answer changed by the second as the page was made
 */
export function poll<T>(
  { path, isMoving, onAnswer, onLine }: Question<T>,
  busy: boolean,
  deps: PollDeps = PAGE,
): Poller {
  let cancel: (() => void) | null = null;
  let asking = false;
  let stopped = false;
  let failures = 0;
  let since: number | null = null;
  let wait = busy ? BUSY_MS : IDLE_MS;

  const plan = () => {
    cancel?.();
    cancel = stopped || deps.hidden() ? null : deps.later(ask, wait);
  };

  async function ask() {
    if (asking || stopped) return;
    asking = true;
    const asked = deps.now();
    try {
      const response = await deps.fetch(path, {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === 401) {
        await response.body?.cancel();
        stopped = true;
        onLine({ state: "signed_out" });
        return;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`status ${response.status}`);
      }
      const answer = await response.json() as T;
      if (stopped) return;
      if (since !== null) onLine({ state: "open" });
      failures = 0;
      since = null;
      wait = isMoving(answer) ? BUSY_MS : IDLE_MS;
      onAnswer(answer);
    } catch {
      if (stopped) return;
      failures++;
      wait = Math.min(IDLE_MS, BUSY_MS * 2 ** (failures - 1));
      if (since === null) {
        since = asked;
        onLine({ state: "broken", since });
      }
    } finally {
      asking = false;
      plan();
    }
  }

  plan();
  return {
    wake() {
      cancel?.();
      cancel = null;
      if (!deps.hidden()) ask();
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
