import { deserialize } from "bson";
import { randomOf } from "./seed.ts";

/** What goes wrong between the app and MongoDB; shares of all commands that pass. */
export interface MongoFaults {
  /** The connection breaks before the command reaches the server. */
  cut?: number;
  /** The command is done, but the connection breaks before the answer is back. */
  lost?: number;
  /** Answers come late by so many milliseconds. */
  slow?: { share: number; ms: number };
  /**
   * A write of records reaches the server twice, as if another writer were a moment faster: the second answer is given. Not
   * of the ledger (`sync_…`), where each document has one writer.
   */
  twice?: number;
}

/** A proxy before a MongoDB server whose faults can be switched at any time. */
export interface MongoProxy extends AsyncDisposable {
  /** Reaches the server by way of this proxy. */
  uri: string;
  set(faults: MongoFaults, seed: number): void;
  /** What was asked of the server, once each: `database command`. */
  asked: ReadonlySet<string>;
  /** How often each fault has struck. */
  struck: Record<keyof MongoFaults, number>;
}

const WRITES = new Set(["insert", "update"]);
const OP_MSG = 2013;

/** Starts a proxy on a free port. Messages are framed by their length (MongoDB wire protocol), so faults fall between them. */
export function startMongoProxy(uri: string): MongoProxy {
  const target = new URL(uri), open = new Set<Deno.TcpConn>();
  let faults: MongoFaults = {}, random = randomOf(1);
  const asked = new Set<string>();
  const struck = { cut: 0, lost: 0, slow: 0, twice: 0 };
  const strikes = (name: keyof MongoFaults, share: number | undefined) => {
    const isHit = share !== undefined && random() < share;
    if (isHit) struck[name]++;
    return isHit;
  };
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });

  const serve = async (client: Deno.TcpConn) => {
    const server = await Deno.connect({ hostname: target.hostname, port: Number(target.port) });
    open.add(client).add(server);
    const close = () => {
      for (const connection of [client, server]) {
        if (open.delete(connection)) connection.close();
      }
    };
    /** Of the next answers, which to keep back and whether to break off instead. */
    const answers: ("give" | "drop" | "break")[] = [];
    const toServer = async () => {
      for await (const message of messagesOf(client)) {
        const command = commandOf(message);
        if (command) asked.add(`${command.database} ${command.name}`);
        const isOwn = command !== null && !/^(hello|ismaster)$/i.test(command.name);
        if (isOwn && strikes("cut", faults.cut)) return close();
        const isRecords = command !== null && WRITES.has(command.name) && !command.collection.startsWith("sync_");
        if (isRecords && strikes("twice", faults.twice)) {
          answers.push("drop");
          await write(server, message);
        }
        answers.push(isOwn && strikes("lost", faults.lost) ? "break" : "give");
        await write(server, message);
      }
    };
    const toClient = async () => {
      for await (const message of messagesOf(server)) {
        const fate = answers.shift() ?? "give";
        if (fate === "break") return close();
        if (fate === "drop") continue;
        if (strikes("slow", faults.slow?.share)) await new Promise((done) => setTimeout(done, faults.slow!.ms));
        await write(client, message);
      }
    };
    await Promise.allSettled([toServer(), toClient()].map((way) => way.finally(close)));
  };
  const serving = (async () => {
    const all: Promise<void>[] = [];
    try {
      for await (const client of listener) all.push(serve(client).catch(() => client.close()));
    } catch {
      // closed
    }
    await Promise.all(all);
  })();

  const own = new URL(uri);
  own.hostname = "127.0.0.1";
  own.port = String(listener.addr.port);
  own.searchParams.set("directConnection", "true"); // a member's own address would lead round the proxy
  return {
    uri: own.href,
    asked,
    struck,
    set(given, seed) {
      faults = given;
      random = randomOf(seed);
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) connection.close();
      open.clear();
      await serving;
    },
  };
}

/** Whole messages, each with its header. */
async function* messagesOf(connection: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  let have = new Uint8Array(0);
  const buffer = new Uint8Array(256 * 1024);
  while (true) {
    while (have.length >= 4) {
      const length = new DataView(have.buffer, have.byteOffset).getInt32(0, true);
      if (have.length < length) break;
      yield have.slice(0, length);
      have = have.slice(length);
    }
    const read = await connection.read(buffer).catch(() => null);
    if (read === null) return;
    const more = new Uint8Array(have.length + read);
    more.set(have);
    more.set(buffer.subarray(0, read), have.length);
    have = more;
  }
}

/** The command that a message carries, and what it is about; null for anything but OP_MSG. */
function commandOf(message: Uint8Array): { name: string; collection: string; database: string } | null {
  const view = new DataView(message.buffer, message.byteOffset);
  if (view.getInt32(12, true) !== OP_MSG || message[20] !== 0) return null;
  const length = view.getInt32(21, true);
  const body = deserialize(message.subarray(21, 21 + length));
  const [name, subject] = Object.entries(body)[0] ?? [];
  return name === undefined ? null : { name, collection: String(subject), database: String(body.$db) };
}

async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
