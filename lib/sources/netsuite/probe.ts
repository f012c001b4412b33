import { createHash } from "node:crypto";
import { AppError, UpstreamRefusedError } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { Stream } from "../../streams/define.ts";
import { MissingError } from "./answers.ts";
import { broken } from "./http.ts";
import { again, ask, count, leavingOut, type Reader } from "./ask.ts";
import { childTable, cursorOf, DELETED, printsOf, type ProbeAsked, probeStatement } from "./suiteql.ts";

/** What has moved in NetSuite. */
export interface Probed {
  /** Rows changed since each stream's own time, by stream; a stream whose table the account does not have is not in it. */
  changed: Map<string, number>;
  /** Of streams that are read whole: what stands for all of their content, and how many rows. Missing where none could be had. */
  whole: Map<string, { print: string; rows: number }>;
  /** Deleted records since the time that was asked for; null where the account does not show them. */
  deleted: number | null;
}

const ASKED = "what has changed";
const log = logOf("netsuite");

/**
 * Asks in one request what has moved. Fingerprints are a help, never a condition: where NetSuite does not take the
 * question with them, it is asked without, and those streams are read.
 */
export async function probe(reader: Reader, given: ProbeAsked): Promise<Probed> {
  const { gaps } = reader;
  let whole = given.whole;
  for (let tries = 0;; tries++) {
    const asked: ProbeAsked = {
      moving: given.moving.filter(({ stream }) => !gaps.has(stream.table) && cursorOf(stream, gaps)),
      whole: whole.filter((stream) => !gaps.has(stream.table)),
      deletedSince: gaps.has(DELETED) ? null : given.deletedSince,
    };
    if (asked.moving.length + asked.whole.length === 0 && !asked.deletedSince) return nothing();
    try {
      return await askOnce(asked.whole.length > 0 ? { ...reader, suspects: true } : reader, asked);
    } catch (error) {
      if (error instanceof MissingError && tries <= given.moving.length + given.whole.length + 1) {
        await noteMissing(reader, asked, error);
      } else if (asked.whole.length > 0 && isRefusal(error)) {
        log.warning("NetSuite takes no fingerprints, so what has no change time is read", { said: error.message });
        whole = [];
      } else throw error;
    }
  }
}

async function askOnce(reader: Reader, asked: ProbeAsked): Promise<Probed> {
  const { gaps } = reader;
  return await again(reader, async () => {
    const { rows } = await ask(reader, probeStatement(asked, gaps), ASKED);
    const found = new Map(rows.map((row) => [row.tm_stream!, row]));
    const rowsOf = (name: string) => {
      const row = found.get(name);
      if (!row) throw broken(ASKED, `nothing about ${name}`);
      return count(row.tm_rows, ASKED);
    };
    const whole = asked.whole.map((stream): [string, { print: string; rows: number }] => {
      const parts = printsOf(stream, gaps).map(({ name, text }) =>
        [text, rowsOf(name), found.get(name)!.tm_print ?? ""].join("\n")
      );
      // the question is part of it: another column, and it is another fingerprint
      const print = createHash("sha256").update(parts.join("\n")).digest("base64url");
      return [stream.name, { print, rows: rowsOf(stream.name) }];
    });
    return {
      changed: new Map(asked.moving.map(({ stream }) => [stream.name, rowsOf(stream.name)])),
      whole: new Map(whole),
      deleted: asked.deletedSince ? rowsOf(DELETED) : null,
    };
  });
}

const nothing = (): Probed => ({ changed: new Map(), whole: new Map(), deleted: null });

function isRefusal(error: unknown): error is AppError {
  return (error instanceof AppError && error.code === "upstream_error") ||
    (error instanceof UpstreamRefusedError && error.status === 400);
}

/** A probe names many tables at once: which of them lacks the column is found by asking each by itself. */
async function noteMissing(reader: Reader, asked: ProbeAsked, error: MissingError): Promise<void> {
  const { gaps } = reader, name = error.missing.toLowerCase();
  const { moving, whole, deletedSince } = asked;
  const isOwn = name === DELETED ||
    [...moving.map(({ stream }) => stream), ...whole].some(({ table }) => table === name);
  if (error.kind === "table" && isOwn) return await gaps.add({ table: name, column: null }, error.message);
  // what another question has found since this one was asked is left out when this one is asked again
  const isKnown = ({ stream }: { stream: Stream }) => gaps.has(stream.table) || !cursorOf(stream, gaps);
  if (moving.some(isKnown) || (deletedSince && gaps.has(DELETED))) return;
  for (const one of moving) {
    try {
      await ask(
        reader,
        probeStatement({ moving: [one], whole: [], deletedSince: null }, gaps),
        `${ASKED} in ${one.stream.name}`,
      );
    } catch (alone) {
      if (!(alone instanceof MissingError) || alone.kind === "table") throw alone;
      if (isKnown(one)) return;
      return await gaps.add({ table: one.stream.table, column: one.stream.cursor }, alone.message);
    }
  }
  for (const stream of whole) {
    if (await lacksSomething(reader, stream)) return;
  }
  if (!deletedSince) throw error;
  try {
    await ask(reader, probeStatement({ moving: [], whole: [], deletedSince }, gaps), `${ASKED} in ${DELETED}`);
  } catch (alone) {
    if (!(alone instanceof MissingError)) throw alone;
    return await gaps.add({ table: DELETED, column: null }, alone.message);
  }
  throw error; // nothing of it fails by itself
}

/** Asks the fingerprints of one stream by themselves, which finds what is missing; true when something was. */
async function lacksSomething(reader: Reader, stream: Stream): Promise<boolean> {
  const { children } = stream;
  const tables: [Parameters<typeof leavingOut>[1], string[]][] = [[stream, stream.key]];
  if (children) tables.push([childTable(children), [children.key, children.parent]]);
  const texts = () => printsOf(stream, reader.gaps).map(({ text }) => text);
  const before = texts().join();
  for (const [n, [from, keys]] of tables.entries()) {
    try {
      await leavingOut(
        reader,
        from,
        keys,
        (reader) => ask(reader, { query: texts()[n]!, parameters: [] }, `${ASKED} in ${from.table}`),
      );
    } catch (error) {
      if (!(error instanceof MissingError) || !reader.gaps.has(from.table)) throw error;
      return true;
    }
  }
  return texts().join() !== before;
}
