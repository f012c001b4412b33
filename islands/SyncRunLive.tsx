import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ExchangeNote } from "../lib/sources/netsuite/exchange_note.ts";
import type { RunDetailView, RunView, SyncStatus } from "../lib/sync/views.ts";
import { Zone } from "../components/Moment.tsx";
import { Notice } from "../components/Notice.tsx";
import { BrokenLine } from "../components/sync/BrokenLine.tsx";
import { type Line, poll, type Poller } from "../components/sync/poll.ts";
import { post } from "../components/sync/post.ts";
import { advance, advanceRun, isMoving, isOpen, runNews } from "../components/sync/progress.ts";
import type { RunAct } from "../components/sync/RunActs.tsx";
import { CHUNKS_A_PAGE, RunPageView } from "../components/sync/RunPageView.tsx";

export interface SyncRunLiveProps {
  /** The run with one page of its chunks, as the server drew it. */
  run: RunDetailView;
  /** Which page of the chunks. */
  page: number;
  /** Feeds the navigation's foot and the top bar, which tell of the whole sync. */
  status: Signal<SyncStatus>;
  /** The company's zone. */
  zone: string;
  mayRun: boolean;
  seesRows: boolean;
  exchanges: Record<string, ExchangeNote>;
  /** The result of the form before, drawn by the server. */
  told?: ComponentChildren;
  tabs?: ComponentChildren;
}

/** The live page of a run under way: asks for it again until it is over, and pauses, resumes and cancels it in place. */
export default function SyncRunLive(props: SyncRunLiveProps) {
  const { page, status, zone, mayRun, seesRows, exchanges, tabs } = props;
  const [run, setRun] = useState(props.run);
  const [line, setLine] = useState<Line>({ state: "open" });
  const [fault, setFault] = useState<string | null>(null);
  const [heard, setHeard] = useState<string | null>(null);
  const [live, setLive] = useState(false);
  const newest = useRef(props.run);
  const poller = useRef<Poller | null>(null);
  const acting = useRef(false);
  const path = `/api/v1/sync/runs/${props.run.id}`;

  useEffect(() => {
    setLive(true);
    const mine = poll<RunDetailView>({
      path: `${path}?chunks=${CHUNKS_A_PAGE}&page=${page}`,
      isMoving: (next) => isOpen(next) && next.status !== "paused",
      onLine: setLine,
      onAnswer(next) {
        const before = newest.current;
        setHeard((last) => runNews(before, next, last) ?? last);
        show(advanceRun(before, next));
        if (isOpen(next)) return;
        mine.stop(); // nothing can change any more
        around.wake();
      },
    }, props.run.status !== "paused");
    const around = poll<SyncStatus>({
      path: "/api/v1/sync/status",
      isMoving,
      onLine: () => {}, // the run's own line says it
      onAnswer: (next) => {
        status.value = advance(status.peek(), next);
      },
    }, isMoving(status.peek()));
    poller.current = mine;
    const seen = () => [mine, around].forEach((one) => one.wake());
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      mine.stop();
      around.stop();
    };
  }, []);

  function show(next: RunDetailView) {
    newest.current = next;
    setRun(next);
  }

  /** One act at a time; what it answers is shown at once, before the next question is. */
  async function act(what: RunAct) {
    if (acting.current) return;
    acting.current = true;
    setFault(null);
    try {
      const failure = `Run ${run.id} may go on as it was. Its state shows in a moment.`;
      show({ ...newest.current, ...await post<RunView>(`${path}/${what}`, null, failure) });
      poller.current?.wake();
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      acting.current = false;
    }
  }

  return (
    <Zone.Provider value={zone}>
      <RunPageView
        run={run}
        page={page}
        mayRun={mayRun}
        seesRows={seesRows}
        exchanges={exchanges}
        onAct={live ? act : undefined}
        notice={fault === null ? props.told : <Notice tone="wrong" role="alert">{fault}</Notice>}
        tabs={tabs}
      />
      <p class="sr-only" role="status">{heard}</p>
      <BrokenLine line={line} asOf={run.now} page={`/sync/runs/${run.id}`} />
    </Zone.Provider>
  );
}
