import { doc } from "./bson.ts";
import { newScope } from "./expressions.ts";
import { compileFilter } from "./match.ts";
import type { Store } from "./store.ts";
import { remove } from "./writes.ts";

/** Deletes documents whose TTL index says that their time is over. An array counts by its earliest date. */
export function sweepExpired(store: Store, now: Date): number {
  let n = 0;
  for (const collection of store.collections()) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === null) continue;
      const before = new Date(now.getTime() - index.expireAfterSeconds * 1000);
      const expired = doc({ [index.fields[0]!.path]: doc({ $lt: before }) });
      const spec = index.partialSpec ? doc({ $and: [expired, index.partialSpec] }) : expired;
      n += store.write(() => remove(collection, compileFilter(spec, newScope(now)), { multi: true }).n);
    }
  }
  return n;
}
