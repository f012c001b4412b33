import type { CreateIndexesOptions } from "mongodb";
import type { Store } from "./connect.ts";

/** An index that some room needs. */
export interface IndexWish {
  collection: string;
  key: Record<string, 1 | -1>;
  name?: string;
  unique?: boolean;
  /** Only documents that have the field are in the index. */
  sparse?: boolean;
  /** Documents go when this many seconds have passed since the time in the indexed field. */
  expireAfterSeconds?: number;
}

/**
 * Makes every index that is wished for. Idempotent, so it simply runs at each start: a new stream or report brings its
 * indexes by declaring them, with no number to draw.
 */
export async function ensureIndexes(store: Store, wishes: readonly IndexWish[]): Promise<void> {
  const byCollection = Map.groupBy(wishes, (wish) => wish.collection);
  for (const [name, list] of byCollection) {
    await store.collection(name).createIndexes(list.map(({ collection: _, key, ...options }) => {
      const name = options.name ?? Object.entries(key).map(([field, order]) => `${field}_${order}`).join("_");
      return { key, ...options, name } satisfies { key: IndexWish["key"] } & CreateIndexesOptions;
    }));
  }
}
