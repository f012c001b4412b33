import { AppError } from "../errors.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed } from "../streams/registry.ts";
import { withKnownColumns } from "./columns.ts";
import { editsOf, type QuarantineDocument, quarantineOf } from "./quarantine.ts";
import { editRow, type QuarantineChanges, undoEdit } from "./quarantine_edit.ts";
import {
  listQuarantine,
  type QuarantineFilter,
  type QuarantineQuery,
  viewsOf,
  walkQuarantine,
} from "./quarantine_list.ts";
import { replay, type ReplayParts, type ReplayProgress, type ReplayScope } from "./quarantine_replay.ts";
import type { QuarantinePage, QuarantineView, ReplayView } from "./views.ts";

/** What people do with refused rows. */
export interface QuarantineDesk {
  /** @throws {AppError} `unknown_stream` */
  list(query: QuarantineQuery): Promise<QuarantinePage>;
  /** All rows that the filter covers, a batch at a time: for exports. */
  walk(filter: QuarantineFilter): AsyncGenerator<QuarantineView[]>;
  /** One row, or null. */
  one(id: string): Promise<QuarantineView | null>;
  /**
   * Changes values of a row; the row as NetSuite gave it is kept beside.
   *
   * @throws {AppError} `not_in_quarantine`, `bad_edit`
   */
  edit(id: string, changes: QuarantineChanges, by: string): Promise<QuarantineView>;
  /**
   * Takes an edit back, also one that was replayed.
   *
   * @throws {AppError} `not_edited`
   */
  undoEdit(id: string): Promise<QuarantineView>;
  /** Rows that stand in the mirror as a person has mended them, newest first. */
  applied(limit: number): Promise<AppliedEdit[]>;
  /** See {@link replay}. @throws {AppError} `unknown_stream` */
  replay(scope: ReplayScope, by: string, onProgress?: (progress: ReplayProgress) => void): Promise<ReplayView>;
}

/** A row that stands in the mirror as a person has mended it. */
export interface AppliedEdit {
  id: string;
  stream: string;
  key: number | string | null;
  by: string;
  at: string;
}

/** The desk at which refused rows are mended. Opens nothing. */
export function quarantineDesk(parts: ReplayParts): QuarantineDesk {
  const { store, streams, clock } = parts;
  const found = async (id: string): Promise<QuarantineDocument> => {
    const row = await quarantineOf(store).findOne({ _id: id });
    if (row) return row;
    throw new AppError(
      `There is no row "${id}" in quarantine: it may have been replayed, or has come well by itself.`,
      "not_in_quarantine",
      "reject_request",
    );
  };
  const streamOf = (name: string) => streams.find((stream) => stream.name === name) ?? streamNamed(name);
  const withColumns = (given: readonly Stream[]) => withKnownColumns(store, given);
  const viewed = async (row: QuarantineDocument) => (await viewsOf(store, streams, [row]))[0]!;
  return {
    async list(query) {
      if (query.stream) streamOf(query.stream);
      return await listQuarantine(store, streams, query);
    },
    walk: (filter) => walkQuarantine(store, streams, filter),
    async one(id) {
      const row = await quarantineOf(store).findOne({ _id: id });
      return row && await viewed(row);
    },
    async edit(id, changes, by) {
      const row = await found(id);
      const [stream] = await withColumns([streamOf(row.stream)]);
      await editRow(store, stream!, row, changes, by, clock.now());
      return await viewed(row);
    },
    async undoEdit(id) {
      await undoEdit(store, await withColumns(streams), id);
      return await viewed(await found(id));
    },
    async applied(limit) {
      const edits = await editsOf(store).find({ isApplied: true }, { sort: { at: -1 }, limit }).toArray();
      return edits.map(({ _id, stream, key, by, at }) => ({ id: _id, stream, key, by, at: at.toISOString() }));
    },
    async replay(scope, by, onProgress) {
      if ("stream" in scope) streamOf(scope.stream);
      return await replay({ ...parts, streams: await withColumns(streams) }, scope, by, onProgress);
    },
  };
}
