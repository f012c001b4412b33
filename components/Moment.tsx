import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { fullMoment, MISSING, moment, ZONE, zoneTitle } from "./format.ts";

/** The company's IANA zone, in which every clock time is written. `Shell` and each island provide it. */
export const Zone = createContext<string>(ZONE);

/** The zone in force. */
export const useZone = (): string => useContext(Zone) ?? ZONE;

export interface MomentProps {
  /** ISO time. */
  at: string | null;
  /** When the page was made: today's times need no day. */
  now: string;
  /** For watermarks. */
  seconds?: boolean;
}

/** A time as short as it stays clear; in full for machines and as a tooltip. */
export function Moment({ at, now, seconds = false }: MomentProps) {
  const zone = useZone();
  if (at === null) return <>{MISSING}</>;
  return <time datetime={at} title={fullMoment(at, zone)}>{moment(at, now, seconds, zone)}</time>;
}

/** `Times in Pacific Time`: for the head of a page that shows clock times. */
export function TimesIn() {
  return <>Times in {zoneTitle(useZone())}</>;
}
