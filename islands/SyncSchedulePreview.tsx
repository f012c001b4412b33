import { useEffect, useRef, useState } from "preact/hooks";
import { cronOf, quietOf, readDraft } from "../components/sync/schedules/draft.ts";
import { NextTimes } from "../components/sync/schedules/NextTimes.tsx";

export interface SyncSchedulePreviewProps {
  /** Id of the form. */
  form: string;
  times: string[];
  zone: string;
  fault: string | null;
}

const QUIET_MS = 300, TIMES = 5;

/** The next times of what the form says now, asked for as it is filled in. */
export default function SyncSchedulePreview({ form: id, ...given }: SyncSchedulePreviewProps) {
  const [shown, setShown] = useState(given);
  const last = useRef(0);
  useEffect(() => {
    const form = document.getElementById(id) as HTMLFormElement | null;
    if (!form) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const ask = ++last.current;
        const answer = await askTimes(form);
        if (ask === last.current) setShown(answer);
      }, QUIET_MS);
    };
    form.addEventListener("input", changed);
    return () => {
      clearTimeout(timer);
      form.removeEventListener("input", changed);
    };
  }, [id]);
  return <NextTimes {...shown} />;
}

async function askTimes(form: HTMLFormElement): Promise<Omit<SyncSchedulePreviewProps, "form">> {
  const draft = readDraft(new URLSearchParams(new FormData(form) as unknown as Record<string, string>));
  const { zone } = draft, quiet = quietOf(draft);
  const query = new URLSearchParams({ cron: cronOf(draft), zone, count: `${TIMES}`, ...(quiet ?? {}) });
  try {
    const response = await fetch(`/api/v1/sync/schedules/preview?${query}`, {
      headers: { accept: "application/json" },
    });
    const body = await response.json();
    if (response.ok) return { times: body.times, zone, fault: null };
    return { times: [], zone, fault: body.detail ?? `The answer was ${response.status}.` };
  } catch {
    return { times: [], zone, fault: "Tidemark did not answer, so the times are not known." };
  }
}
