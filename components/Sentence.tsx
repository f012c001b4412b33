import { Fragment } from "preact";
import { Moment } from "./Moment.tsx";

export interface SentenceProps {
  /** Text as the program noted it, with instants in ISO 8601 (`2026-11-24T13:58:00.000Z`). */
  text: string;
  /** When the page was made. */
  now: string;
}

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z)/;

/** What the program has noted for machines and people alike, with its instants in the company's zone. */
export function Sentence({ text, now }: SentenceProps) {
  // split with a group: every other part is an instant; a bare string in a list would be escaped twice by `precompile`
  const parts = text.split(INSTANT);
  return (
    <>
      {parts.map((part, n) =>
        n % 2 === 0 ? <Fragment key={n}>{part}</Fragment> : <Moment key={n} at={part} now={now} />
      )}
    </>
  );
}
