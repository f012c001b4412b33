import type { IconName } from "../Icon.tsx";

/** Something to go to from the search: a page, or a page where something is done. */
export interface Target {
  label: string;
  /** Heading under which it stands. */
  group: string;
  href: string;
  icon: IconName;
  /** Other words for it, lower case. */
  words?: string;
}

/** The targets that hold every word, those whose name begins with the words first; all of them for no words. */
export function matching(targets: readonly Target[], typed: string): Target[] {
  const text = typed.trim().toLowerCase();
  const words = text.split(/\s+/).filter((word) => word !== "");
  const holds = ({ label, group, words: more = "" }: Target) => {
    const all = `${label} ${group} ${more}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const starts = ({ label }: Target) => Number(label.toLowerCase().startsWith(text));
  return targets.filter(holds).sort((a, b) => starts(b) - starts(a));
}
