/** The commands, one after the other, over one store. */
import { type Doc, doc, Double, type Value } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { Cursors } from "./cursors.ts";
import { startTimer } from "./deadline.ts";
import { fail, MongoError } from "./errors.ts";
import { administration } from "./commands_admin.ts";
import { reading } from "./commands_read.ts";
import { writing } from "./commands_write.ts";
import { Request } from "./request.ts";
import { Store } from "./store.ts";
import { sweepExpired } from "./ttl.ts";

export type Command = (request: Request) => Doc;
const COMMANDS: Record<string, Command> = { ...administration, ...reading, ...writing };
/** Clients of all ages write these names in other cases. */
const ALIASES: Record<string, string> = {
  ismaster: "isMaster",
  buildinfo: "buildInfo",
};

export class Engine {
  readonly store: Store;
  readonly cursors: Cursors;

  /** @param now the clock of `$$NOW` and TTL indexes */
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
      if (request.fields.has("txnNumber")) fail(20, "writes with a txnNumber need a replica set, and this is none");
      startTimer(request.count("maxTimeMS"));
      const answer = command(request);
      answer.set("ok", new Double(1));
      return encode(answer);
    } catch (error) {
      return encode(errorReply(error));
    } finally {
      startTimer(0);
    }
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
