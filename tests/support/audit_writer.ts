import { openAudit } from "../../lib/access/audit.ts";
import { openStore } from "../../lib/store/connect.ts";

/** A process that writes to the audit log, many writers at once: `audit_writer.ts URI SECRET WRITERS ENTRIES`. */
const [uri, secret, writers, entries] = Deno.args;
const store = await openStore(uri!);
await Promise.all(Array.from({ length: Number(writers) }, async (_, writer) => {
  const audit = await openAudit(store, secret!);
  for (let i = 0; i < Number(entries); i++) {
    await audit.write({ action: "data.exported", details: { process: Deno.pid, writer, i } });
  }
}));
await store.close();
