import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunView, SyncStatus } from "../lib/sync/views.ts";
import { clockSeconds } from "../components/format.ts";
import { Icon } from "../components/Icon.tsx";
import { useZone, Zone } from "../components/Moment.tsx";
import { Notice, type NoticeTone } from "../components/Notice.tsx";
import { Connection } from "../components/sync/Connection.tsx";
import { type Line, poll, type Poller } from "../components/sync/poll.ts";
import { advance, announcement, isMoving } from "../components/sync/progress.ts";
import type { RunAct } from "../components/sync/RunActs.tsx";
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
  /** The result of the form before, drawn by the server. */
  told?: ComponentChildren;
  tabs?: ComponentChildren;
  beside?: ComponentChildren;
}

/** The live part of the Sync page: draws the state of the sync, asks for it again, and starts runs in place. */
export default function SyncLive({ status, zone, mayRun, told: before, tabs, beside }: SyncLiveProps) {
  const [line, setLine] = useState<Line>({ state: "open" });
  const [asked, setAsked] = useState<RunKind | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [heard, setHeard] = useState<string | null>(null);
  const [live, setLive] = useState(false);
  const poller = useRef<Poller | null>(null);
  const acting = useRef(false);

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
    }, isMoving(status.peek()));
    poller.current = mine;
    const seen = () => mine.wake();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      mine.stop();
    };
  }, []);

  /** One act at a time; what it answers is shown at once, before the next question is. */
  async function act(path: string, body: unknown, failure: string) {
    if (acting.current) return;
    acting.current = true;
    setTold(null);
    try {
      const run = await post(path, body, failure);
      const now = status.peek();
      const put = (runs: RunView[], first: boolean) =>
        runs.some((one) => one.id === run.id)
          ? runs.map((one) => one.id === run.id ? run : one)
          : first
          ? [run, ...runs]
          : [...runs, run];
      const running = put(now.running, false);
      status.value = { ...now, running, current: running[0] ?? run, runs: put(now.runs, true) };
      poller.current?.wake();
    } catch (error) {
      setTold({ tone: "wrong", text: (error as Error).message });
    } finally {
      acting.current = false;
    }
  }

  async function start(kind: RunKind) {
    setAsked(kind);
    await act("/api/v1/sync/runs", { kind }, "The run may not have started. The list of runs shows whether it did.");
    setAsked(null);
  }

  const steer = (id: number, what: RunAct) =>
    act(`/api/v1/sync/runs/${id}/${what}`, null, `Run ${id} may go on as it was. Its state shows in a moment.`);

  return (
    <Zone.Provider value={zone}>
      <SyncView
        status={status.value}
        mayRun={mayRun}
        asked={asked}
        onStart={live ? start : undefined}
        onAct={live ? steer : undefined}
        notice={told ? <Notice tone={told.tone} role="alert">{told.text}</Notice> : before}
        tabs={tabs}
        beside={beside}
      />
      <p class="sr-only" role="status">{heard}</p>
      <BrokenLine line={line} asOf={status.value.now} />
    </Zone.Provider>
  );
}

/**
 * Sends an act to the API.
 *
 * @param failure what may be the case when no answer came
 * @throws {Error} with a sentence to show
 */
async function post(path: string, body: unknown, failure: string): Promise<RunView> {
  const response = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", ...(body === null ? {} : { "content-type": "application/json" }) },
    body: body === null ? null : JSON.stringify(body),
  }).catch(() => {
    throw new Error(`Tidemark did not answer. ${failure}`);
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Error(answer?.detail ?? `The answer was ${response.status} ${response.statusText}. ${failure}`);
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
