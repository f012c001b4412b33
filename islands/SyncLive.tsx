import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunView, SyncStatus } from "../lib/sync/views.ts";
import { Zone } from "../components/Moment.tsx";
import { Notice, type NoticeTone } from "../components/Notice.tsx";
import { BrokenLine } from "../components/sync/BrokenLine.tsx";
import { Connection } from "../components/sync/Connection.tsx";
import { type Line, poll, type Poller } from "../components/sync/poll.ts";
import { post } from "../components/sync/post.ts";
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
    const mine = poll<SyncStatus>({
      path: "/api/v1/sync/status",
      isMoving,
      onLine: setLine,
      onAnswer(next) {
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
      const run = await post<RunView>(path, body, failure);
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
      <BrokenLine line={line} asOf={status.value.now} page="/sync" />
    </Zone.Provider>
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
