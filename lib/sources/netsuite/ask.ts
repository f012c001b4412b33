import { pause } from "../../clock.ts";
import { AppError, UpstreamBusyError } from "../../errors.ts";
import type { Stream } from "../../streams/define.ts";
import type { RawRow } from "../../streams/shape.ts";
import { MissingError } from "./answers.ts";
import type { CallOptions, NetSuite, Page } from "./client.ts";
import type { Gaps } from "./gaps.ts";
import type { Meter } from "./governor.ts";
import { broken } from "./http.ts";
import { findBadColumn, knownNow, noteMissing, oneRow } from "./missing.ts";
import { parts, type Selectable, type Selected, selectedOf } from "./selection.ts";
import type { Urgency } from "./slots.ts";
import type { Statement } from "./statement.ts";

/** What reading needs: the account and what it lacks, who counts, and how to stop. */
export interface Reader {
  netsuite: NetSuite;
  gaps: Gaps;
  meter: Meter;
  signal?: AbortSignal;
  now: () => Date;
  /** A question whose column list may be the cause of an error 500: it is not asked for long before that is looked into. */
  suspects?: boolean;
  /** Who waits for the answers. */
  urgency?: Urgency;
  /** Waits; tests give one that needs no real time. */
  wait?: typeof pause;
}

/** How often an answer that does not fit together is asked for again, and for how long to wait at first. */
const MOST_TRIES = 6, FIRST_WAIT_MS = 100;

/** An error 500 is retried this often before a column is suspected of it. */
const ERRORS_BEFORE_SUSPICION = 3;

/**
 * What an account lacks of a table's columns, found by asking for one row of all of them.
 *
 * @throws {MissingError} when it is the table itself
 */
export async function askForAll(reader: Reader, from: Selectable, keys: readonly string[]): Promise<void> {
  await leavingOut(reader, from, keys, (reader) => {
    const own = keys.map((key): Selected => ({
      expression: `t.${key}`,
      alias: `tm_${key}`.slice(0, 30),
      gap: { table: from.table, column: key },
    }));
    const all = selectedOf(from, reader.gaps);
    return Promise.all(parts(all, own.length).map((some) => tryOne(reader, from, [...own, ...some])));
  });
}

/** One row that a statement answers by construction, e.g. of counts. Asked again when it does not. */
export function askForRow(reader: Reader, query: string, asked: string): Promise<RawRow> {
  return oneOf(reader, { query, parameters: [] }, asked);
}

/** All rows of an answer that fits one page by construction. */
export async function askForRows(reader: Reader, query: string, asked: string): Promise<RawRow[]> {
  return (await ask(reader, { query, parameters: [] }, asked)).rows;
}

/** Asks again what does not fit together, for some tries; what failed in itself has been tried again already. */
export async function again<T>(reader: Reader, question: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await question();
    } catch (error) {
      const isOdd = error instanceof UpstreamBusyError && error.code === "upstream_broken";
      if (!isOdd || tries >= MOST_TRIES) throw error;
      await (reader.wait ?? pause)(Math.random() * FIRST_WAIT_MS * 2 ** tries, reader.signal);
      reader.signal?.throwIfAborted();
    }
  }
}

/** Asks, and asks again without what the account turns out to lack. */
export async function leavingOut<T>(
  reader: Reader,
  from: Selectable & Partial<Pick<Stream, "cursor">>,
  keys: readonly string[],
  question: (reader: Reader) => Promise<T>,
): Promise<T> {
  const { gaps } = reader, suspecting: Reader = { ...reader, suspects: true };
  const trial = (columns: readonly Selected[], of: Selectable) => tryOne(suspecting, of, columns);
  let asking = suspecting;
  const { cursor, table } = from;
  for (let tries = 0;; tries++) {
    const before = knownNow(from, gaps);
    try {
      return await question(asking);
    } catch (error) {
      if (error instanceof MissingError && tries <= 200) {
        if (error.kind === "column" && error.missing.toLowerCase() === cursor && !before.has(table, cursor)) {
          if (!gaps.has(table, cursor)) await gaps.add({ table, column: cursor }, error.message); // then it is read whole
          continue;
        }
        if (await noteMissing(from, keys, error, gaps, before, trial)) continue;
      } else if (error instanceof AppError && error.code === "upstream_error" && asking === suspecting) {
        if (!await findBadColumn(from, gaps, trial)) asking = reader; // NetSuite is ill: wait for it as usual
        continue;
      }
      throw error;
    }
  }
}

/** Whether NetSuite takes these columns of a table. */
async function tryOne(reader: Reader, from: Selectable, columns: readonly Selected[]): Promise<void> {
  await ask(reader, oneRow(from, columns, reader.gaps), `which columns ${from.table} has`);
}

/** For answers that are one row by construction: none at all is a search that ran out of time. */
export async function oneOf(reader: Reader, statement: Statement, asked: string): Promise<RawRow> {
  return await again(reader, async () => {
    const { rows } = await ask(reader, statement, asked);
    if (rows.length !== 1) throw broken(asked, `${rows.length} rows instead of one`);
    return rows[0]!;
  });
}

/** Asks one page, in the name of the reader. */
export function ask(reader: Reader, statement: Statement, asked: string, limit = 1000): Promise<Page> {
  const options: CallOptions = {
    asked,
    meter: reader.meter,
    ...(reader.signal ? { signal: reader.signal } : {}),
    ...(reader.urgency ? { urgency: reader.urgency } : {}),
    ...(reader.suspects
      ? { mayRetry: (error, tries) => error.code !== "upstream_error" || tries < ERRORS_BEFORE_SUSPICION }
      : {}),
  };
  return reader.netsuite.suiteql(statement.query, statement.parameters, limit, options);
}

/** A count as NetSuite writes it. @throws {UpstreamBusyError} for anything else: it is asked again */
export function count(text: string | undefined, asked: string): number {
  if (text === undefined || !/^\d+$/.test(text)) throw broken(asked, "a count that is no number");
  return Number(text);
}
