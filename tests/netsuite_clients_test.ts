import assert from "node:assert/strict";
import { selfSigned } from "../standins/netsuite/self_signed.ts";
import { startNetSuite } from "../standins/netsuite/server.ts";

Deno.test("two published clients query with paging, create, read, update and delete, unmodified but for host and keys", async () => {
  const tls = selfSigned();
  const ca = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(ca, tls.cert);
  const netsuite = await startNetSuite({ share: 0.01, tls });
  try {
    const client = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--quiet",
        new URL("../standins/netsuite/independent_client.ts", import.meta.url).pathname,
        // by name: one of the clients cannot speak HTTP/2 to an address
        JSON.stringify(netsuite.settings).replace("127.0.0.1", "localhost"),
      ],
      env: { NODE_EXTRA_CA_CERTS: ca },
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(60_000),
    });
    const { stdout, stderr, success } = await client.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const answer = JSON.parse(new TextDecoder().decode(stdout));
    const ids = netsuite.db.prepare("SELECT id FROM customer ORDER BY id").all().map((row) => String(row.id));
    assert.ok(ids.length > 80, "more than two pages");
    assert.deepEqual(answer.netsuiteRest, {
      ids,
      pages: Math.ceil(ids.length / 40),
      statuses: [204, 204, 204, 404],
      name: "Independent",
      phone: "555-0100",
    });
    assert.deepEqual(answer.fye, { ids, statuses: [204, 204, 204, 404], name: "By another", phone: "555-0101" });
    assert.deepEqual(netsuite.audit.refused, [], "every login was good");
    assert.equal(
      netsuite.db.prepare("SELECT COUNT(*) AS n FROM deletedrecord WHERE context = 'RestWebServices'").get()!.n,
      2,
    );
  } finally {
    await netsuite.close();
    await Deno.remove(ca);
  }
});
