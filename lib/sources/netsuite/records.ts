import { type Clock, pause, systemClock } from "../../clock.ts";
import { AppError, UpstreamBusyError } from "../../errors.ts";
import { type Answer, RecordError, UnsureError } from "./answers.ts";
import type { CallOptions, NetSuite } from "./client.ts";
import { changedFields, type RecordBody } from "./changes.ts";
import { broken, parseAnswer } from "./http.ts";
import { encode, queryOf } from "./tba.ts";

export type { RecordBody } from "./changes.ts";

/** Who asks and who counts; the name of the call is made here. */
export type RecordOptions = Omit<CallOptions, "asked" | "mayRetry">;

/** One operation of a batch: a record to create, to change (by `id`) or to upsert (by `externalId`). */
export interface Batch {
  type: string;
  operation: "create" | "update" | "upsert" | "delete";
  /** At most 100. For `delete` only `id` is looked at. */
  records: RecordBody[];
  /**
   * A UUID of the caller, kept with the order to do it: sent again with the same key, a batch is not done twice.
   */
  idempotencyKey: string;
}

/** What became of one record of a batch, in the order of the batch. */
export interface BatchResult {
  id: string | null;
  error: AppError | null;
}

/** Records, one by one and in batches. */
export interface Records {
  /**
   * Reads a record. It is loaded as if to edit it, so a locked one fails: read by SuiteQL what need not be written.
   *
   * @param fields these fields only; all where absent
   * @throws {RecordError} `upstream_gone` when there is none
   */
  get(type: string, id: string, options: RecordOptions, fields?: string[]): Promise<RecordBody>;
  /**
   * Makes a record. With an `externalId` in the body an answer that was lost is made up for by looking it up; without,
   * nobody can know.
   *
   * @returns its internal id
   * @throws {UnsureError} when no answer came and it cannot be looked up
   * @throws {RecordError} with NetSuite's own words
   */
  create(type: string, body: RecordBody, options: RecordOptions): Promise<string>;
  /**
   * Writes what differs between two versions of a record, and nothing else; a sublist that differs is replaced whole.
   * What is to be written is read first: if somebody else has changed it since, nothing is written. NetSuite has no way
   * to close the moment between reading and writing.
   *
   * @param before the fields as they were shown to the person
   * @param after the fields as the person left them
   * @returns the names of what was written
   * @throws {RecordError} `record_changed` when the record is not as it was
   */
  update(type: string, id: string, before: RecordBody, after: RecordBody, options: RecordOptions): Promise<string[]>;
  /** Makes or changes the record with this external id; sending it twice does it once. @returns its internal id */
  upsert(type: string, externalId: string, body: RecordBody, options: RecordOptions): Promise<string>;
  /** Deletes a record; one that is gone already is well too. */
  delete(type: string, id: string, options: RecordOptions): Promise<void>;
  /**
   * Makes one document from another: `salesOrder` to `itemFulfillment`, to `invoice`.
   *
   * @returns the internal id of the new one
   * @throws {UnsureError} when no answer came
   */
  transform(type: string, id: string, target: string, body: RecordBody, options: RecordOptions): Promise<string>;
  /**
   * Does up to 100 records in one asynchronous request and waits until all are done.
   *
   * @throws {RangeError} for more than 100, none, or a key that is no UUID
   * @throws {UpstreamBusyError} `upstream_timeout` when the job is not done in time; ask again with the same key
   */
  batch(batch: Batch, options: RecordOptions): Promise<BatchResult[]>;
}

const BASE = "/services/rest/record/v1";
const JSON_TYPE = { "Content-Type": "application/json" };
/** Unknown properties must not be dropped in silence, which is what NetSuite does by itself (docs/netsuite.md 7). */
const STRICT = { "X-NetSuite-PropertyNameValidation": "Error", "X-NetSuite-PropertyValueValidation": "Error" };
const METHODS = { create: "POST", update: "PATCH", upsert: "PUT", delete: "DELETE" } as const;
const MOST_IN_BATCH = 100;
const FIRST_POLL_MS = 250, LONGEST_POLL_MS = 5_000, LONGEST_JOB_MS = 600_000;

/** @param parts clock and waits, for tests */
export function recordsOf(
  netsuite: NetSuite,
  { clock = systemClock, wait = pause }: { clock?: Clock; wait?: typeof pause } = {},
): Records {
  /** For requests that may be sent again whatever became of the first: all but creating. */
  function send<T>(
    method: string,
    path: string,
    body: unknown,
    asked: string,
    options: RecordOptions,
    read: (answer: Answer) => T,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const hasBody = body !== null;
    return netsuite.send(
      {
        method,
        path,
        headers: { ...(hasBody ? JSON_TYPE : {}), ...(method === "GET" ? {} : STRICT), ...headers },
        body: hasBody ? JSON.stringify(body) : null,
      },
      { ...options, asked },
      read,
    );
  }

  /** Sends what must not be done twice: only a request that certainly was not begun is sent again. */
  async function sendOnce(path: string, body: unknown, asked: string, options: RecordOptions): Promise<string> {
    try {
      return await netsuite.send(
        { method: "POST", path, headers: { ...JSON_TYPE, ...STRICT }, body: JSON.stringify(body) },
        { ...options, asked, mayRetry: (error) => error.code === "upstream_throttled" },
        (answer) => idIn(answer, asked),
      );
    } catch (error) {
      if (error instanceof UpstreamBusyError && error.code !== "upstream_throttled") {
        throw new UnsureError(asked, { cause: error });
      }
      throw error;
    }
  }

  async function lookUp(type: string, externalId: string, options: RecordOptions): Promise<string | null> {
    try {
      const found = await records.get(type, `eid:${externalId}`, options, ["externalId"]);
      return typeof found.id === "string" ? found.id : null;
    } catch (error) {
      if (error instanceof RecordError && error.code === "upstream_gone") return null;
      throw error;
    }
  }

  async function waitForJob(path: string, asked: string, options: RecordOptions): Promise<void> {
    const until = +clock.now() + LONGEST_JOB_MS;
    for (let ms = FIRST_POLL_MS;; ms = Math.min(LONGEST_POLL_MS, ms * 1.5)) {
      const isDone = await send("GET", path, null, asked, options, ({ body }) => parseAnswer(body, asked)?.completed);
      if (isDone === true) return;
      if (typeof isDone !== "boolean") throw broken(asked, "a job that is neither done nor not");
      if (+clock.now() + ms > until) {
        throw new UpstreamBusyError(`NetSuite is not done with ${asked} yet`, "upstream_timeout");
      }
      await wait(ms, options.signal);
      options.signal?.throwIfAborted();
    }
  }

  const records: Records = {
    async get(type, id, options, fields) {
      const asked = `${type} ${id}`;
      const query = queryOf(fields ? { fields: fields.join(",") } : { expandSubResources: "true" });
      return await send("GET", `${pathOf(type, id)}${query}`, null, asked, options, ({ body }) => {
        const read = parseAnswer(body, asked);
        if (typeof read !== "object" || read === null || Array.isArray(read)) throw broken(asked, "no record");
        return read as RecordBody;
      });
    },
    async create(type, body, options) {
      const { externalId } = body, asked = `a new ${type}`;
      if (typeof externalId !== "string") return await sendOnce(pathOf(type), body, asked, options);
      checkExternalId(externalId);
      try {
        return await sendOnce(pathOf(type), body, asked, options);
      } catch (error) {
        if (!(error instanceof UnsureError)) throw error;
        const id = await lookUp(type, externalId, options);
        return id ?? await sendOnce(pathOf(type), body, asked, options);
      }
    },
    async update(type, id, before, after, options) {
      const changes = changedFields(before, after);
      const names = Object.keys(changes.body);
      if (names.length === 0) return [];
      // lines come with their record: a sublist can only be compared when it is read whole
      const now = await records.get(type, id, options, changes.sublists.length > 0 ? undefined : names);
      const other = Object.keys(changedFields(pick(before, names), pick(now, names)).body);
      if (other.length > 0) {
        throw new RecordError(
          `${type} ${id} was changed by somebody else (${other.join(", ")}), so nothing was saved. Load it again.`,
          "record_changed",
        );
      }
      const query = changes.sublists.length > 0 ? queryOf({ replace: changes.sublists.join(",") }) : "";
      await send("PATCH", `${pathOf(type, id)}${query}`, changes.body, `${type} ${id}`, options, () => {});
      return names;
    },
    async upsert(type, externalId, body, options) {
      checkExternalId(externalId);
      const asked = `${type} with the external id ${externalId}`;
      // lines without a key would be added again by a second sending: what is given is the whole set
      const lists = sublistsIn(body);
      const query = lists.length > 0 ? queryOf({ replace: lists.join(",") }) : "";
      const path = `${pathOf(type, `eid:${externalId}`)}${query}`;
      return await send("PUT", path, body, asked, options, (answer) => idIn(answer, asked));
    },
    async delete(type, id, options) {
      try {
        await send("DELETE", pathOf(type, id), null, `${type} ${id}`, options, () => {});
      } catch (error) {
        if (!(error instanceof RecordError && error.code === "upstream_gone")) throw error;
      }
    },
    async transform(type, id, target, body, options) {
      checkName(target);
      return await sendOnce(
        `${pathOf(type, id)}/!transform/${target}`,
        body,
        `a ${target} from ${type} ${id}`,
        options,
      );
    },
    async batch({ type, operation, records: list, idempotencyKey }, options) {
      if (list.length < 1 || list.length > MOST_IN_BATCH) throw new RangeError(`${list.length} records: 1 to 100`);
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idempotencyKey)) {
        throw new RangeError("The idempotency key must be a UUID");
      }
      const asked = `a batch of ${list.length} ${type}`;
      const isDelete = operation === "delete";
      const query = isDelete ? queryOf({ ids: list.map((record) => String(record.id)).join(",") }) : "";
      const headers = {
        Prefer: "respond-async",
        "X-NetSuite-Idempotency-Key": idempotencyKey,
        "Content-Type": "application/vnd.oracle.resource+json; type=collection",
      };
      const body = isDelete ? null : { items: list };
      let job: string;
      try {
        // the key makes it safe to send again, whatever became of the first sending
        job = await send(METHODS[operation], `${pathOf(type)}${query}`, body, asked, options, (answer) => {
          return jobIn(answer.headers.get("Location"), asked);
        }, headers);
      } catch (error) {
        if (!(error instanceof RecordError && error.code === "upstream_repeated" && error.location)) throw error;
        job = jobIn(error.location, asked);
      }
      await waitForJob(job, asked, options);
      const results: BatchResult[] = [];
      for (let n = 1; n <= list.length; n++) {
        const one = `record ${n} of ${asked}`;
        try {
          const id = await send("GET", `${job}/task/${n}/result`, null, one, options, (answer) => {
            return isDelete ? String(list[n - 1]!.id) : idIn(answer, one);
          });
          results.push({ id, error: null });
        } catch (error) {
          if (!(error instanceof AppError) || error.recovery === "retry" || error.recovery === "fix_config") {
            throw error;
          }
          results.push({ id: null, error });
        }
      }
      return results;
    },
  };
  return records;
}

function pathOf(type: string, id?: string): string {
  checkName(type);
  if (id === undefined) return `${BASE}/${type}`;
  if (!/^\d{1,20}$/.test(id)) checkExternalId(id.startsWith("eid:") ? id.slice(4) : "");
  return `${BASE}/${type}/${id.startsWith("eid:") ? `eid:${encode(id.slice(4))}` : id}`;
}

function checkName(type: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,60}$/.test(type)) throw new RangeError(`"${type}" is no record type`);
}

/** Letters, digits, `_` and `-`: NetSuite stumbles over others in addresses (docs/netsuite.md 7). */
function checkExternalId(id: string): void {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(id)) {
    throw new RangeError(`"${id.slice(0, 40)}" is no id: digits, or eid: and letters, digits, _ and -`);
  }
}

function idIn({ headers, body }: Answer, asked: string): string {
  const last = /\/([^/?]+)\/?(?:\?.*)?$/.exec(headers.get("Location") ?? "")?.[1];
  if (last && /^\d+$/.test(last)) return last;
  if (body !== "") {
    const { id } = parseAnswer(body, asked) ?? {};
    if (typeof id === "string" && id !== "") return id;
  }
  throw broken(asked, "an answer that does not say where the record is");
}

/** The path of a job; its host is never used, so that an answer cannot send us elsewhere. */
function jobIn(location: string | null, asked: string): string {
  const path = /\/services\/rest\/async\/v1\/job\/[A-Za-z0-9-]+/.exec(location ?? "")?.[0];
  if (!path) throw broken(asked, "an answer without a job");
  return path;
}

function sublistsIn(body: RecordBody): string[] {
  return Object.entries(body).filter(([, value]) => isSublist(value)).map(([name]) => name);
}

function isSublist(value: unknown): boolean {
  return typeof value === "object" && value !== null && Array.isArray((value as { items?: unknown }).items);
}

function pick(body: RecordBody, names: string[]): RecordBody {
  return Object.fromEntries(names.map((name) => [name, body[name] ?? null]));
}
