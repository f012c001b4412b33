import type { Signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunView, SyncStatus } from "../lib/sync/views.ts";
import { clockSeconds } from "../components/format.ts";
import { Icon } from "../components/Icon.tsx";
import { useZone, Zone } from "../components/Moment.tsx";
import { Notice, type NoticeTone } from "../components/Notice.tsx";
import { Connection } from "../components/sync/Connection.tsx";
import { type Line, poll, type Poller } from "../components/sync/poll.ts";
import { advance, announcement, isOpen } from "../components/sync/progress.ts";
import type { RunKind } from "../components/sync/StartForms.tsx";
import { SyncView } from "../components/sync/SyncView.tsx";
import { TideFoot } from "../components/TideFoot.tsx";

interface Told {
  tone: NoticeTone;
  text: string;
}

export interface SyncLiveProps {
  /** The last answer of the sync. The same signal feeds `LiveTide` and `LiveConnection`. */
  status: Signal<SyncStatus>;
  /** The company's zone. */
  zone: string;
  mayRun: boolean;
  /** The result of a form that was sent without scripts. */
  notice?: Told | null;
}

/** The live part of the Sync page: draws the state of the sync, asks for it again, and starts runs in place. */
export default function SyncLive({ status, zone, mayRun, notice = null }: SyncLiveProps) {
  const [line, setLine] = useState<Line>({ state: "open" });
  const [asked, setAsked] = useState<RunKind | null>(null);
  const [told, setTold] = useState<Told | null>(notice);
  const [heard, setHeard] = useState<string | null>(null);
  const [live, setLive] = useState(false);
  const poller = useRef<Poller | null>(null);
  const starting = useRef(false);

  useEffect(() => {
    setLive(true);
    const mine = poll({
      fetch: (url, init) => fetch(url, init),
      later: (call, ms) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
      now: Date.now,
      hidden: () => document.hidden,
      onLine: setLine,
      onStatus(next) {
        const before = status.peek();
        setHeard((last) => announcement(before, next, last) ?? last);
        status.value = advance(before, next);
      },
    }, isOpen(status.peek().current));
    poller.current = mine;
    const seen = () => mine.wake();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      mine.stop();
    };
  }, []);

  async function start(kind: RunKind) {
    if (starting.current) return;
    starting.current = true;
    setAsked(kind);
    setTold(null);
    try {
      const run = await requestRun(kind);
      const now = status.peek();
      status.value = { ...now, current: run, runs: [run, ...now.runs.filter((one) => one.id !== run.id)] };
      poller.current?.wake();
    } catch (error) {
      setTold({ tone: "wrong", text: (error as Error).message });
    } finally {
      starting.current = false;
      setAsked(null);
    }
  }

  useEffect(() => {
    if (!mayRun) return;
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "i" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if ((event.target as Element | null)?.closest?.("input, select, textarea, [contenteditable]")) return;
      if (!isOpen(status.peek().current)) start("incremental");
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [mayRun]);

  return (
    <Zone.Provider value={zone}>
      <SyncView
        status={status.value}
        mayRun={mayRun}
        asked={asked}
        onStart={live ? start : undefined}
        notice={told && <Notice tone={told.tone} role={told === notice ? undefined : "alert"}>{told.text}</Notice>}
      />
      <p class="sr-only" role="status">{heard}</p>
      <BrokenLine line={line} asOf={status.value.now} />
    </Zone.Provider>
  );
}

/** Starts a run. @throws {Error} with a sentence to show */
async function requestRun(kind: RunKind): Promise<RunView> {
  const response = await fetch("/api/v1/sync/runs", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ kind }),
  }).catch(() => {
    throw new Error("Tidemark did not answer, so the run may not have started. The list of runs shows whether it did.");
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new Error(body?.detail ?? `The run did not start: the answer was ${response.status} ${response.statusText}.`);
}

/** Floats over the page, so that nothing shifts when the line breaks or comes back. */
function BrokenLine({ line, asOf }: { line: Line; asOf: string }) {
  const zone = useZone();
  return (
    <div class="float" role="status">
      {line.state === "broken" && (
        <p class="floating">
          <Icon name="ring" size={14} class="turning text-primary" />
          Reconnecting. The figures are those of {clockSeconds(asOf, zone)}
        </p>
      )}
      {line.state === "signed_out" && (
        <p class="floating">
          <Icon name="lock" size={14} class="text-warning" />
          Your session has ended.
          <a class="go" href="/sign-in?next=/sync">Sign in</a>
        </p>
      )}
    </div>
  );
}

type LiveProps = Pick<SyncLiveProps, "status" | "zone">;

/** The tide at the navigation's foot, in step with the page. */
export function LiveTide({ status, zone }: LiveProps) {
  return (
    <Zone.Provider value={zone}>
      <TideFoot tide={status.value.tide} />
    </Zone.Provider>
  );
}

/** NetSuite's connection in the top bar, in step with the page. */
export function LiveConnection({ status, zone }: LiveProps) {
  return (
    <Zone.Provider value={zone}>
      <Connection status={status.value} />
    </Zone.Provider>
  );
}
