/** The commands, one after the other, over one store. */
import { type Doc, doc, Double, type Value } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { Cursors } from "./cursors.ts";
import { startTimer } from "./deadline.ts";
import { fail, MongoError } from "./errors.ts";
import { isDoc } from "./bson.ts";
import { administration } from "./commands_admin.ts";
import { reading } from "./commands_read.ts";
import { writing } from "./commands_write.ts";
import { Request } from "./request.ts";
import { Store } from "./store.ts";
import { sweepExpired } from "./ttl.ts";
import { Binary } from "bson";

export type Command = (request: Request) => Doc;
const COMMANDS: Record<string, Command> = { ...administration, ...reading, ...writing };
/** Clients of all ages write these names in other cases. */
const ALIASES: Record<string, string> = {
  ismaster: "isMaster",
  findandmodify: "findAndModify",
  buildinfo: "buildInfo",
  collstats: "collStats",
  dbstats: "dbStats",
};
const WRITES = new Set(["insert", "update", "delete", "findAndModify"]);

export class Engine {
  readonly store: Store;
  readonly cursors: Cursors;
  /** Answers of the last write of each session that numbers its writes, to give again when the client asks again. */
  readonly #answers = new Map<string, { number: bigint; reply: Uint8Array }>();

  /** @param now the clock of `$$NOW`, `$currentDate` and TTL indexes */
  constructor(path: string, readonly now: () => Date) {
    this.store = new Store(path);
    this.cursors = new Cursors(() => performance.now());
  }

  /** Runs a command and gives the answer as BSON. Never throws: errors are answers too. */
  run(body: Uint8Array, sequences: Map<string, Uint8Array[]> = new Map(), legacyDb?: string): Uint8Array {
    try {
      const request = new Request(this, body, sequences, legacyDb), name = ALIASES[request.name] ?? request.name;
      const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : fail(59, `no such command: '${request.name}'`);
      if (request.fields.has("startTransaction") || request.fields.has("autocommit")) {
        fail(115, "multi-document transactions are not supported by this server: leave out startTransaction");
      }
      startTimer(request.count("maxTimeMS"));
      const retry = WRITES.has(name) ? retryOf(request) : null, earlier = retry && this.#answers.get(retry.session);
      if (earlier && earlier.number === retry.number) return earlier.reply;
      const answer = command(request);
      answer.set("ok", new Double(1));
      const reply = encode(answer);
      if (retry) this.#remember(retry.session, retry.number, reply);
      return reply;
    } catch (error) {
      return encode(errorReply(error));
    } finally {
      startTimer(0);
    }
  }

  #remember(session: string, number: bigint, reply: Uint8Array): void {
    this.#answers.delete(session);
    this.#answers.set(session, { number, reply });
    if (this.#answers.size > 1000) this.#answers.delete(this.#answers.keys().next().value!);
  }

  /** What is due: documents past their TTL, cursors that were left open. */
  sweep(): void {
    sweepExpired(this.store, this.now());
    this.cursors.sweep();
  }

  close(): void {
    this.store.close();
  }
}

function retryOf(request: Request): { session: string; number: bigint } | null {
  const number = request.fields.get("txnNumber"), lsid = request.get("lsid");
  const id = isDoc(lsid) ? lsid.get("id") : undefined;
  return typeof number === "bigint" && id instanceof Binary ? { session: id.toString("hex"), number } : null;
}

/** The fields that tell a client of an error. */
export function errorFields(error: unknown): Record<string, Value> {
  if (error instanceof MongoError) {
    return { errmsg: error.message, code: error.code, codeName: error.codeName, ...error.extra };
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return { errmsg: "the expression or filter is nested too deeply", code: 15, codeName: "Overflow" };
  }
  console.error(error);
  return {
    errmsg: `internal error: ${(error as Error)?.message ?? String(error)}`,
    code: 1,
    codeName: "InternalError",
  };
}
const errorReply = (error: unknown): Doc => doc({ ok: new Double(0), ...errorFields(error) });
