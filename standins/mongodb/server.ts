/** A stand-in for MongoDB: the wire protocol for the official drivers, data in one SQLite file. */
import { Engine } from "./engine.ts";
import { frameReply, MAX_MESSAGE_BYTES, readMessage } from "./wire.ts";

export interface MongoOptions {
  /** 0 or absent: any free port. Loopback only. */
  port?: number;
  /** Folder for the data, made when missing. Absent: in memory. */
  dataDir?: string;
  /** Clock of `$$NOW` and TTL indexes. */
  now?: () => Date;
}
export interface MongoStandIn {
  /** For `new MongoClient(uri)`. */
  uri: string;
  /** Does at once what happens each minute: deletes expired documents and forgotten cursors. */
  sweep(): void;
  /** Ends connections and closes the file. */
  close(): Promise<void>;
}
const SWEEP_MS = 60_000;

/** Starts a server. Throws when the port is taken or another process has the data folder open. */
export async function startMongo(options: MongoOptions = {}): Promise<MongoStandIn> {
  const { port = 0, dataDir, now = () => new Date() } = options;
  if (dataDir) await Deno.mkdir(dataDir, { recursive: true });
  const engine = new Engine(dataDir ? `${dataDir}/mongodb.sqlite` : ":memory:", now);
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    engine.close();
    throw error;
  }
  const open = new Set<Deno.TcpConn>(), served = new Set<Promise<void>>();
  const accepting = (async () => {
    try {
      for await (const conn of listener) {
        open.add(conn);
        const serving = serve(conn, engine).finally(() => open.delete(conn));
        served.add(serving);
        serving.finally(() => served.delete(serving));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error; // the listener was closed
    }
  })();
  const timer = setInterval(() => engine.sweep(), SWEEP_MS);
  Deno.unrefTimer(timer);
  return {
    uri: `mongodb://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    sweep: () => engine.sweep(),
    close: async () => {
      clearInterval(timer);
      listener.close();
      for (const conn of open) close(conn);
      await Promise.all([accepting, ...served]);
      engine.close();
    },
  };
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch { /* closed by the other side */ }
}

/** Answers the messages of one connection in their order. */
async function serve(conn: Deno.TcpConn, engine: Engine): Promise<void> {
  conn.setNoDelay(true);
  try {
    for await (const bytes of frames(conn)) {
      const message = readMessage(bytes), answer = engine.run(message.body, message.sequences, message.db);
      if (message.silent) continue;
      const out = frameReply(message, answer);
      for (let sent = 0; sent < out.length;) sent += await conn.write(out.subarray(sent));
    }
  } catch (error) {
    const gone = [
      Deno.errors.ConnectionReset,
      Deno.errors.BrokenPipe,
      Deno.errors.BadResource,
      Deno.errors.Interrupted,
      Deno.errors.UnexpectedEof,
    ];
    if (!gone.some((kind) => error instanceof kind)) {
      console.error("mongodb stand-in: connection ended:", (error as Error).message);
    }
  }
  close(conn);
}

/** Cuts the byte stream into messages. A message is valid until the next one is asked for. */
async function* frames(conn: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  let buffer = new Uint8Array(1 << 16), from = 0, to = 0;
  for (;;) {
    const size = to - from >= 4 ? new DataView(buffer.buffer).getInt32(from, true) : 16;
    if (size < 16 || size > MAX_MESSAGE_BYTES) {
      throw new Error(`a message of ${size} bytes is not MongoDB wire protocol (or too large)`);
    }
    if (to - from >= size) {
      yield buffer.subarray(from, from += size);
      if (from === to && buffer.length > 1 << 20) buffer = new Uint8Array(1 << 16); // a large message must not stay in memory
      if (from === to) from = to = 0;
      continue;
    }
    if (from + size > buffer.length) {
      const next = size > buffer.length ? new Uint8Array(Math.max(size, buffer.length * 2)) : buffer;
      next.set(buffer.subarray(from, to));
      [buffer, from, to] = [next, 0, to - from];
    }
    const n = await conn.read(buffer.subarray(to));
    if (n === null) return;
    to += n;
  }
}
