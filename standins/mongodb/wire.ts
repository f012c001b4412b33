/** Frames of the MongoDB wire protocol: OP_MSG, and the OP_QUERY that opens a connection. */
import { fail } from "./errors.ts";

const OP_REPLY = 1, OP_QUERY = 2004, OP_MSG = 2013;
const CHECKSUM = 1, MORE_TO_COME = 2;
/** The largest message that is accepted, in bytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;

export interface Message {
  id: number;
  legacy: boolean;
  /** Database of an OP_QUERY; OP_MSG has it in the body. */
  db: string | undefined;
  body: Uint8Array;
  sequences: Map<string, Uint8Array[]>;
  /** The client wants no answer (an unacknowledged write). */
  silent: boolean;
}

/** Reads one whole message. Throws a MongoError for frames that are broken or of another kind: the connection then ends. */
export function readMessage(m: Uint8Array): Message {
  const view = new DataView(m.buffer, m.byteOffset, m.byteLength),
    id = view.getInt32(4, true),
    op = view.getInt32(12, true);
  if (op === OP_QUERY) {
    const end = m.indexOf(0, 20), at = end + 9;
    const db = new TextDecoder().decode(m.subarray(20, end)).split(".")[0];
    return {
      id,
      legacy: true,
      db,
      body: m.subarray(at, at + view.getInt32(at, true)),
      sequences: new Map(),
      silent: false,
    };
  }
  if (op !== OP_MSG) {
    return fail(17, `wire protocol opcode ${op} is not supported by this server: use OP_MSG (2013), uncompressed`);
  }
  const flags = view.getUint32(16, true), end = m.length - (flags & CHECKSUM ? 4 : 0);
  if (flags & 0xffff & ~(CHECKSUM | MORE_TO_COME)) fail(17, `OP_MSG has unknown required flags: ${flags & 0xffff}`);
  const sequences = new Map<string, Uint8Array[]>();
  let body: Uint8Array | null = null;
  for (let at = 20; at < end;) {
    const kind = m[at++], size = view.getInt32(at, true);
    if (size < 5 || at + size > end) fail(17, "OP_MSG section reaches beyond its message");
    if (kind === 0 && !body) body = m.subarray(at, at + size);
    else if (kind === 1) {
      const zero = m.indexOf(0, at + 4), list: Uint8Array[] = [];
      for (let d = zero + 1; d < at + size;) {
        const length = view.getInt32(d, true);
        if (length < 5 || d + length > at + size) fail(17, "OP_MSG document sequence is broken");
        list.push(m.subarray(d, d += length));
      }
      sequences.set(new TextDecoder().decode(m.subarray(at + 4, zero)), list);
    } else fail(17, `OP_MSG section kind ${kind} is unknown or repeated`);
    at += size;
  }
  return {
    id,
    legacy: false,
    db: undefined,
    body: body ?? fail(17, "OP_MSG has no body"),
    sequences,
    silent: (flags & MORE_TO_COME) !== 0,
  };
}

/** The answer to a message. Never sets moreToCome: an exhaust request is answered once, as the protocol allows. */
export function frameReply(to: Message, answer: Uint8Array): Uint8Array {
  const head = to.legacy ? 36 : 21, out = new Uint8Array(head + answer.length), view = new DataView(out.buffer);
  view.setInt32(0, out.length, true);
  view.setInt32(8, to.id, true);
  view.setInt32(12, to.legacy ? OP_REPLY : OP_MSG, true);
  if (to.legacy) {
    view.setInt32(16, 8, true); // AwaitCapable, as every server says
    view.setInt32(32, 1, true);
  }
  out.set(answer, head);
  return out;
}
