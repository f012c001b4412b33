import { openStore, type Store } from "./connect.ts";
import { ensureIndexes, type IndexWish } from "./indexes.ts";

/** A store of its own for one test: dropped and closed at the end of the scope. */
export interface TestStore extends Store, AsyncDisposable {
  /** Where it is, database included. */
  uri: string;
}

/**
 * Opens an empty database for a test: on the server of `MONGODB_TEST_URI` where that is set, else on a stand-in inside
 * this process.
 */
export async function openTestStore(indexes: readonly IndexWish[] = []): Promise<TestStore> {
  const given = Deno.env.get("MONGODB_TEST_URI");
  const server = given ? null : await startStandIn();
  const uri = new URL(given ?? server!.uri);
  uri.pathname = `/tidemark_test_${crypto.randomUUID().slice(0, 8)}`;
  const store = await openStore(uri.href);
  await ensureIndexes(store, indexes);
  return {
    ...store,
    uri: uri.href,
    async [Symbol.asyncDispose]() {
      await store.db.dropDatabase();
      await store.close();
      await server?.close();
    },
  };
}

/** lib/ names no stand-in; a test may, by a path that is only known when it runs. */
async function startStandIn(): Promise<{ uri: string; close(): Promise<void> }> {
  const { startMongo } = await import(new URL("../../standins/mongodb/server.ts", import.meta.url).href);
  return await startMongo({});
}
