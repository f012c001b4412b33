import { useEffect, useState } from "preact/hooks";
import type { MartView } from "../lib/sync/views.ts";
import { Zone } from "../components/Moment.tsx";
import { BrokenLine } from "../components/sync/BrokenLine.tsx";
import { MartCard } from "../components/sync/marts/MartCard.tsx";
import { isCounting } from "../components/sync/marts/words.ts";
import { type Line, poll } from "../components/sync/poll.ts";

/** What `GET /api/v1/sync/marts` answers. */
export interface MartsAnswer {
  now: string;
  marts: MartView[];
}

export interface SyncMartsLiveProps {
  answer: MartsAnswer;
  /** The company's zone. */
  zone: string;
  mayManage: boolean;
}

/** The marts, kept up to date while days are recounted. */
export default function SyncMartsLive({ answer, zone, mayManage }: SyncMartsLiveProps) {
  const [{ now, marts }, setAnswer] = useState(answer);
  const [line, setLine] = useState<Line>({ state: "open" });

  useEffect(() => {
    const mine = poll<MartsAnswer>({
      path: "/api/v1/sync/marts",
      isMoving: (next) => isCounting(next.marts),
      onAnswer: setAnswer,
      onLine: setLine,
    }, isCounting(answer.marts));
    const seen = () => mine.wake();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      mine.stop();
    };
  }, []);

  return (
    <Zone.Provider value={zone}>
      <div class="grid gap-4">
        {marts.map((mart) => <MartCard key={mart.name} mart={mart} now={now} mayManage={mayManage} />)}
      </div>
      <BrokenLine line={line} asOf={now} page="/sync/marts" />
    </Zone.Provider>
  );
}
