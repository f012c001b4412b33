import type { RecordPage } from "../sources/netsuite/read.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";

/** Asks for the page after a key; tells the key of its last row as soon as it is known, which may be before the page is whole. */
export type AskPage = (after: Key | null, known: (next: Key | null) => void) => Promise<RecordPage>;

/** A page that was asked for. */
interface Asked {
  after: Key | null;
  page: Promise<RecordPage>;
  /** Key of its last row; undefined until known. */
  next?: Key | null;
  /** The page after it, once asked for. */
  follower?: Asked;
  /** It is the one that comes next: the page after it may be asked for. */
  isHead: boolean;
}

/**
 * Pages one after another, each asked for as soon as the one before says where it ends: while the rows that belong to that
 * page are still on their way, and while it is written. One page is asked for in advance, so that few are in memory.
 *
 * @param from the key to go on after; null from the beginning
 */
export async function* pagesAhead(ask: AskPage, from: Key | null): AsyncGenerator<RecordPage> {
  const begin = (after: Key | null): Asked => {
    const asked: Partial<Asked> = { after, isHead: false };
    asked.page = ask(after, (next) => {
      asked.next = next;
      if (asked.isHead) goOn(asked as Asked);
    });
    asked.page.catch(() => {}); // it is awaited when its turn comes; a fault meanwhile must not end the process
    return asked as Asked;
  };
  const goOn = (asked: Asked) => {
    if (asked.next && !asked.follower) asked.follower = begin(asked.next);
  };
  let head = begin(from);
  while (true) {
    head.isHead = true;
    goOn(head);
    const page = await head.page;
    if (!page.next) {
      yield page;
      return;
    }
    // a page that had to be asked again may end elsewhere than it said at first
    if (!head.follower || !isSame(head.follower.after!, page.next)) head.follower = begin(page.next);
    yield page;
    head = head.follower;
  }
}

function isSame(a: Key, b: Key): boolean {
  return a.length === b.length && a.every((part, n) => part === b[n]);
}
