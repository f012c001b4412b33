/** Whom the program believes: every client that it has, against a server whose certificate is not to be trusted. */
import assert from "node:assert/strict";
import { selfSigned } from "../standins/netsuite/self_signed.ts";

const ROOT = new URL("../", import.meta.url);
const SECRET = "canary-of-the-client";

/** Speaks to the server by each client of the program, and tells what came of it. */
const CLIENTS = `
const [https, mail, mongo] = Deno.args;
const tries = {
  async netsuite() {
    const { exchange } = await import("../lib/sources/netsuite/http.ts");
    await exchange({ method: "POST", url: https + "/x", headers: { Authorization: "${SECRET}" }, body: "{}" }, { asked: "x", timeoutMs: 20_000 });
  },
  async webhook() {
    const { webhookSender } = await import("../lib/sync/alerts/webhook.ts");
    await webhookSender({ url: https + "/${SECRET}", secret: "${SECRET}" }, () => new Date())({ event: "opened", id: "1" });
  },
  async mail() {
    const { smtpMailer } = await import("../lib/mail/mailer.ts");
    await smtpMailer({ smtpUrl: mail, from: "a@example.com", plaintext: false })({ to: "b@example.com", subject: "x", text: "${SECRET}" });
  },
  async mongodb() {
    const { openStore } = await import("../lib/store/connect.ts");
    await openStore(mongo, { waitMs: 5_000 });
  },
};
for (const [name, act] of Object.entries(tries)) {
  await act().then(() => console.log(name, "done"), (error) => console.log(name, error.code, error.message.replaceAll("\\n", " ")));
}
Deno.exit(0);
`;

Deno.test("NetSuite, webhook, mail and MongoDB: a certificate of an unknown authority or of another host gets not one byte", async () => {
  const tls = selfSigned();
  await using server = startServers(tls);
  const authority = await Deno.makeTempFile({ suffix: ".pem" });
  const program = await Deno.makeTempFile({ suffix: ".js", dir: new URL(".", import.meta.url).pathname });
  const speak = async (host: string, env: Record<string, string> = {}) => {
    server.heard.length = 0;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", program, ...server.addresses(host)],
      cwd: ROOT.pathname,
      env,
    }).output();
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assert.equal(lines.length, 4, lines.join("\n") + new TextDecoder().decode(stderr));
    return lines;
  };
  try {
    await Deno.writeTextFile(authority, tls.cert);
    await Deno.writeTextFile(program, CLIENTS);
    const faults = [
      "netsuite upstream_unreachable",
      "webhook alert_not_sent",
      "mail mail_not_sent",
      "mongodb store_unreachable",
    ];
    const refused = (lines: string[]) => {
      lines.forEach((line, n) => assert.ok(line.startsWith(faults[n]!), line));
      assert.ok(lines.every((line) => !line.includes(SECRET)), lines.join("\n"));
      assert.deepEqual(server.heard, [], "something was sent");
    };
    refused(await speak("127.0.0.1")); // nobody knows this authority
    refused(await speak("127.0.0.2", { DENO_CERT: authority })); // known, and the certificate is for another host
    // the same servers are spoken to once their own authority is trusted, and no other thing is changed
    const trusted = await speak("127.0.0.1", { DENO_CERT: authority });
    assert.deepEqual(trusted.slice(0, 3), ["netsuite done", "webhook done", "mail done"]);
    assert.deepEqual(new Set(server.heard), new Set(["https", "mail", "mongodb"]));
  } finally {
    await Deno.remove(authority);
    await Deno.remove(program);
  }
});

/** Servers behind one certificate, which note whom they hear: an HTTP server, enough of a mail server, and a port. */
function startServers(tls: { cert: string; key: string }) {
  const heard: string[] = [];
  const everywhere = { hostname: "0.0.0.0", port: 0, ...tls };
  const http = Deno.serve({ ...everywhere, onListen: () => {} }, (request) => {
    heard.push("https");
    return request.body ? request.text().then(() => new Response("{}")) : new Response("{}");
  });
  const mail = Deno.listenTls(everywhere), mongo = Deno.listenTls(everywhere);
  const talks: Promise<void>[] = [];
  const accept = async (listener: Deno.TlsListener, talk: (connection: Deno.TlsConn) => Promise<void>) => {
    for (;;) {
      let connection: Deno.TlsConn;
      try {
        connection = await listener.accept();
      } catch {
        return; // closed
      }
      talks.push(talk(connection).catch(() => {}).finally(() => connection.close()));
    }
  };
  const bytes = new Uint8Array(4096);
  const lines = async (connection: Deno.TlsConn) => {
    await connection.handshake();
    const say = (line: string) => connection.write(new TextEncoder().encode(`${line}\r\n`));
    await say("220 mail");
    for (let count = await connection.read(bytes); count !== null; count = await connection.read(bytes)) {
      heard.push("mail");
      const said = new TextDecoder().decode(bytes.subarray(0, count));
      await say(/^QUIT/.test(said) ? "221 bye" : /^DATA/.test(said) ? "354 go on" : "250 ok");
    }
  };
  const once = async (connection: Deno.TlsConn) => {
    if (await connection.read(new Uint8Array(16)) !== null) heard.push("mongodb");
  };
  const accepting = [accept(mail, lines), accept(mongo, once)];
  return {
    heard,
    addresses: (host: string) => [
      `https://${host}:${http.addr.port}`,
      `smtps://${host}:${mail.addr.port}`,
      `mongodb://${host}:${mongo.addr.port}/?tls=true`,
    ],
    async [Symbol.asyncDispose]() {
      mail.close();
      mongo.close();
      await Promise.all(accepting);
      await Promise.all(talks);
      await http.shutdown();
    },
  };
}
