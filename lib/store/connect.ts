import { type Collection, type Db, type Document, MongoClient, type MongoClientOptions } from "mongodb";
import { AppError, messageOf } from "../errors.ts";

/** The open MongoDB: one per process. */
export interface Store {
  client: MongoClient;
  db: Db;
  collection<T extends Document>(name: string): Collection<T>;
  close(): Promise<void>;
}

/**
 * Connects to MongoDB and makes sure that it answers. Writes wait for a majority, so that what is acknowledged survives
 * the loss of a member (MongoDB manual, "Write Concern").
 *
 * @param uri `mongodb://…` or `mongodb+srv://…`; the path names the database, default `tidemark`
 * @param options `appName` shows in the server's log; `waitMs` is how long to look for a server (default 10 s)
 * @throws {AppError} `store_unreachable` when no server answers in time; the text names the hosts, never user or password
 */
export async function openStore(uri: string, options: { appName?: string; waitMs?: number } = {}): Promise<Store> {
  const settings: Partial<MongoClientOptions> = {
    appName: options.appName ?? "tidemark",
    maxPoolSize: 20,
    serverSelectionTimeoutMS: options.waitMs ?? 10_000,
    connectTimeoutMS: 10_000,
    writeConcern: { w: "majority" },
    ignoreUndefined: false,
  };
  // the driver's type takes node's TLS options for required under Deno's types of node
  const client = new MongoClient(uri, settings as MongoClientOptions);
  const db = client.db(databaseOf(uri));
  try {
    await client.connect();
    await db.command({ ping: 1 });
  } catch (error) {
    await client.close();
    const hosts = client.options.hosts?.map(String).join(", ") || client.options.srvHost || "its address";
    throw new AppError(
      `Cannot reach MongoDB at ${hosts}: ${messageOf(error)}. Check MONGODB_URI and that the server runs.`,
      "store_unreachable",
      "fix_config",
      { cause: error },
    );
  }
  return {
    client,
    db,
    collection: <T extends Document>(name: string) => db.collection<T>(name),
    close: () => client.close(),
  };
}

function databaseOf(uri: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]*)/.exec(uri)?.[1];
  return path ? decodeURIComponent(path) : "tidemark";
}
