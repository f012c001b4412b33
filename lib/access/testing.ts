import { openStore, type Store } from "../store/connect.ts";

/** A store of its own for one test: dropped and closed at the end of the scope. */
export interface TestStore extends AsyncDisposable {
  store: Store;
}

/**
 * Opens an empty database for a test: on the server of `MONGODB_TEST_URI` where that is set, else on a stand-in inside
 * this process.
 */
export async function openTestStore(): Promise<TestStore> {
  const given = Deno.env.get("MONGODB_TEST_URI");
  const server = given ? null : await startStandIn();
  const uri = new URL(given ?? server!.uri);
  uri.pathname = `/test_access_${crypto.randomUUID().slice(0, 8)}`;
  const store = await openStore(uri.href);
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.db.dropDatabase();
      await store.close();
      await server?.close();
    },
  };
}

async function startStandIn() {
  const { startMongo } = await import("../../standins/mongodb/server.ts");
  return await startMongo();
}
