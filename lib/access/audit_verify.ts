import type { Collection } from "mongodb";
import type { AuditHead } from "./audit.ts";
import { type AuditEntry, hashOf, NO_ENTRY, sealOf } from "./audit_entry.ts";

/** What a walk over the log found. Plain values. */
export interface AuditVerdict {
  isWhole: boolean;
  /** Entries looked at. */
  entries: number;
  /** The newest entry as `number:hash`, to be noted elsewhere; null while the log is empty. */
  head: string | null;
  /** One sentence per fault, at most {@link MOST_FAULTS}. */
  faults: string[];
}

/** More faults than this are not told one by one. */
export const MOST_FAULTS = 20;

/**
 * Reads the whole log in order and compares: every number, every hash, every link to the entry before, and the newest entry
 * with the head that is kept beside it and with one that a person noted elsewhere.
 */
export async function verifyLog(
  entries: Collection<AuditEntry>,
  heads: Collection<AuditHead>,
  secrets: readonly string[],
  noted?: string,
): Promise<AuditVerdict> {
  const faults: string[] = [];
  const fault = (text: string) => void (faults.length < MOST_FAULTS && faults.push(text));
  const head = await heads.findOne({ _id: "head" }); // before the entries: one that is appended meanwhile is no fault
  const wanted = noted === undefined ? null : /^(\d{1,15}):([0-9a-f]{64})$/.exec(noted.trim());
  if (noted !== undefined && !wanted) fault(`The noted head “${noted.slice(0, 80)}” must be written as number:hash.`);
  let last = { seq: 0, hash: NO_ENTRY };
  let count = 0;
  let hashAtHead: string | null = null;
  let hashAtNoted: string | null = null;
  for await (const entry of entries.find({}, { sort: { _id: 1 }, batchSize: 1000 })) {
    count++;
    if (entry._id !== last.seq + 1) {
      const missing = entry._id - last.seq - 1;
      fault(
        missing === 1
          ? `Entry ${last.seq + 1} is missing.`
          : missing > 1
          ? `Entries ${last.seq + 1} to ${entry._id - 1} are missing.`
          : `An entry has the number ${entry._id}, which is no place in the log.`,
      );
    } else if (entry.previous !== last.hash) {
      fault(`Entry ${entry._id} does not follow entry ${last.seq}: one of them was replaced or moved.`);
    }
    if (!isIntact(entry)) fault(`Entry ${entry._id} was changed: its content does not have its hash.`);
    if (entry._id === head?.seq) hashAtHead = entry.hash;
    if (wanted && entry._id === Number(wanted[1])) hashAtNoted = entry.hash;
    last = { seq: entry._id, hash: entry.hash };
  }
  if (head) {
    if (!secrets.some((secret) => head.seal === sealOf(head, secret))) {
      fault("The head that is kept beside the log has no valid seal: it was changed, or APP_SECRET was.");
    }
    if (last.seq < head.seq) fault(`The log ends at entry ${last.seq}, but entry ${head.seq} has been written.`);
    else if (hashAtHead !== head.hash) fault(`Entry ${head.seq} is not the one that was written: its hash differs.`);
  } else if (count > 0) fault("The head that is kept beside the log is gone.");
  if (wanted && hashAtNoted !== wanted[2]) {
    fault(`Entry ${wanted[1]} is not the one that was noted: the log was cut off or written anew.`);
  }
  return {
    isWhole: faults.length === 0,
    entries: count,
    head: count === 0 ? null : `${last.seq}:${last.hash}`,
    faults,
  };
}

function isIntact(entry: AuditEntry): boolean {
  try {
    return entry.hash === hashOf(entry);
  } catch {
    return false; // a field has another type than was ever written
  }
}
