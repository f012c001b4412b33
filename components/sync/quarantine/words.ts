import type { ReplayView } from "../../../lib/sync/views.ts";
import { counted } from "../../format.ts";
import type { NoticeTone } from "../../Notice.tsx";

/** What a replay did, in sentences. */
export function replayWords({ replayed, refused, outdated }: ReplayView): { tone: NoticeTone; text: string } {
  const said = [
    replayed > 0 && `${counted(replayed, "row")} went into the mirror.`,
    outdated > 0 && `${counted(outdated, "row")} left quarantine, since the mirror has a newer version.`,
    refused > 0 &&
    `${counted(refused, "row")} ${refused === 1 ? "stays" : "stay"} in quarantine: the reasons are those of now.`,
  ].filter((sentence) => sentence !== false);
  if (said.length === 0) {
    return { tone: "note", text: "There was nothing to replay: the rows have left quarantine meanwhile." };
  }
  return { tone: refused > 0 ? "attention" : "good", text: said.join(" ") };
}
