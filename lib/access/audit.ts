import type { Filter } from "mongodb";
import { AppError } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Store } from "../store/connect.ts";
import { type Actor, currentActor } from "./actor.ts";
import { type AuditAction, type AuditEntry, type AuditEvent, hashOf, NO_ENTRY, sealOf } from "./audit_entry.ts";
import { type AuditVerdict, verifyLog } from "./audit_verify.ts";
import { isDuplicate } from "../store/duplicate.ts";

/** What of the log is looked at. */
export interface AuditQuery {
  action?: AuditAction;
  /** Id of the person who acted. */
  actor?: string;
  /** Words in the names of actor and subject. */
  text?: string;
  /** From this time on, and before that one. */
  from?: Date;
  until?: Date;
  /** Only entries with a smaller number: the next page. */
  before?: number;
}

/** The newest entry, kept beside the log. */
export interface AuditHead {
  _id: "head";
  seq: number;
  hash: string;
  seal: string;
}

/** The append-only log of who did what. There is no way here to change or remove an entry. */
export interface Audit {
  /**
   * Appends an entry; the actor is whoever the request belongs to. Returns when it is certainly written.
   *
   * @param actor who did it, where it is not who asks
   * @throws what the database throws: an act that cannot be written down is not reported as done
   */
  write(event: AuditEvent, actor?: Actor): Promise<void>;
  /** Entries, newest first. */
  list(query: AuditQuery, limit: number): Promise<AuditEntry[]>;
  count(query: AuditQuery): Promise<number>;
  /** Walks over the whole log and compares every hash. `head` is one that was noted elsewhere, as `number:hash`. */
  verify(head?: string): Promise<AuditVerdict>;
}

/** Collections of the log. */
export const AUDIT_LOG = "audit_log";
export const AUDIT_HEAD = "audit_head";

/** So many writers may be faster before an append gives up. */
const MOST_TRIES = 400;

const log = logOf("audit");

/**
 * Opens the audit log.
 *
 * Entries are numbered without gaps and each holds the hash of the one before. Writers of any number of processes append by
 * compare-and-set: the number is the document's `_id`, so of several who take the same one the database accepts one, and
 * the others read again. Within a process they wait in line, so that only processes compete.
 *
 * Cutting the newest entries off would leave a chain that is whole. Therefore the head is kept a second time, sealed with
 * `APP_SECRET`, and every entry's number and hash go to the program's log, which leaves the machine.
 *
 * @param old secrets of before, whose seals still count as valid until the next entry
 */
export async function openAudit(
  store: Store,
  secret: string,
  now: () => Date = () => new Date(),
  old: readonly string[] = [],
): Promise<Audit> {
  const entries = store.collection<AuditEntry>(AUDIT_LOG);
  const heads = store.collection<AuditHead>(AUDIT_HEAD);
  await entries.createIndexes([
    { key: { action: 1, _id: -1 }, name: "action" },
    { key: { "actor.id": 1, _id: -1 }, name: "actor" },
    { key: { at: 1 }, name: "at" },
  ]);
  let line: Promise<unknown> = Promise.resolve();

  async function append(event: AuditEvent, actor: Actor): Promise<void> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const [last, head] = await Promise.all([
        entries.findOne({}, { sort: { _id: -1 }, projection: { hash: 1 } }),
        heads.findOne({ _id: "head" }),
      ]);
      // the head says what was written: where the log ends before it or holds something else, going on behind the head
      // keeps that to be seen. Only a writer that died between its two writes leaves the head behind.
      const before = last !== null && last._id > (head?.seq ?? 0)
        ? { seq: last._id, hash: last.hash }
        : { seq: head?.seq ?? 0, hash: head?.hash ?? NO_ENTRY };
      const content = {
        _id: before.seq + 1,
        at: now(),
        actor: plain(actor),
        action: event.action,
        subject: plain(event.subject ?? null),
        details: plain(event.details ?? {}),
        previous: before.hash,
      };
      const entry = { ...content, hash: hashOf(content) };
      try {
        await entries.insertOne(entry);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(5 * tries, 100)));
        continue;
      }
      await moveHead(entry._id, entry.hash);
      log.info("Audit {seq} {hash}: {action} by {actor}", {
        seq: entry._id,
        hash: entry.hash,
        action: entry.action,
        actor: actor.id ?? actor.kind,
      });
      return;
    }
    throw new AppError("Cannot write the audit log: other writers were always faster", "audit_busy", "retry");
  }

  async function moveHead(seq: number, hash: string): Promise<void> {
    const change = { $set: { seq, hash, seal: sealOf({ seq, hash }, secret) } };
    await heads.updateOne({ _id: "head", seq: { $lt: seq } }, change, { upsert: true }).catch((error) => {
      if (!isDuplicate(error)) throw error; // a later entry has moved it on
    });
  }

  return {
    write(event, actor = currentActor()) {
      const done = line.then(() => append(event, actor));
      line = done.catch(() => {}); // the next one is written all the same
      return done;
    },
    list: (query, limit) => entries.find(filterOf(query), { sort: { _id: -1 }, limit }).toArray(),
    count: (query) => entries.countDocuments(filterOf(query)),
    verify: (noted) => verifyLog(entries, heads, [secret, ...old], noted),
  };
}

/** As JSON gives it back: the database would keep a field that is undefined as null, which has another hash. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function filterOf({ action, actor, text, from, until, before }: AuditQuery): Filter<AuditEntry> {
  const words = text?.trim() ? { $regex: text.trim().replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&"), $options: "i" } : null;
  return {
    ...(action ? { action } : {}),
    ...(actor ? { "actor.id": actor } : {}),
    ...(words ? { $or: [{ "actor.name": words }, { "subject.name": words }, { "subject.id": words }] } : {}),
    ...(from || until ? { at: { ...(from ? { $gte: from } : {}), ...(until ? { $lt: until } : {}) } } : {}),
    ...(before === undefined ? {} : { _id: { $lt: before } }),
  };
}
