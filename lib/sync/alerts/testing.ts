/** Receivers of alerts for tests: real servers on free ports. */

/** A mail that the server took. */
export interface TestMail {
  from: string;
  to: string[];
  /** Headers and body as they came, dots undone, soft breaks of quoted-printable joined. */
  text: string;
}

/** A mail server that takes everything from who knows the password, until told otherwise. */
export interface Mailbox extends AsyncDisposable {
  port: number;
  mails: TestMail[];
  /** How often somebody tried to sign in. */
  logins: number;
  /** Answers every mail with "try later" while set. */
  isFull: boolean;
}

/** Starts a mail server: enough of SMTP (RFC 5321) for one client that signs in by AUTH PLAIN. */
export function startMailbox(user: string, password: string): Mailbox {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.TcpConn>();
  const box: Mailbox = {
    port: listener.addr.port,
    mails: [],
    logins: 0,
    isFull: false,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of connections) closeQuietly(connection);
      await accepting;
    },
  };
  const accepting = (async () => {
    const talks: Promise<void>[] = [];
    try {
      for await (const connection of listener) {
        connections.add(connection);
        talks.push(talk(connection, box, btoa(`\0${user}\0${password}`)).finally(() => closeQuietly(connection)));
      }
    } catch { /* the listener was closed */ }
    await Promise.allSettled(talks);
  })();
  return box;
}

async function talk(connection: Deno.TcpConn, box: Mailbox, login: string): Promise<void> {
  const say = (line: string) => connection.write(new TextEncoder().encode(`${line}\r\n`));
  await say("220 mailbox");
  let mail: TestMail = { from: "", to: [], text: "" }, isText = false, isIn = false;
  for await (const line of linesOf(connection)) {
    if (isText) {
      if (line !== ".") {
        mail.text += `${line.startsWith("..") ? line.slice(1) : line}\n`;
        continue;
      }
      isText = false;
      mail.text = mail.text.replace(/=\n/g, "");
      box.mails.push(mail);
      mail = { from: "", to: [], text: "" };
      await say("250 taken");
    } else if (/^EHLO/i.test(line)) await say("250-mailbox\r\n250 AUTH PLAIN");
    else if (/^AUTH PLAIN /i.test(line)) {
      box.logins++;
      isIn = line.slice(11) === login;
      await say(isIn ? "235 welcome" : `535 no, not with ${line.slice(11)}`);
    } else if (/^QUIT/i.test(line)) return void await say("221 bye");
    else if (!isIn || box.isFull) await say(isIn ? "452 try later" : "530 sign in first");
    else if (/^MAIL FROM:/i.test(line)) {
      mail.from = line.slice(10);
      await say("250 ok");
    } else if (/^RCPT TO:/i.test(line)) {
      mail.to.push(line.slice(8));
      await say("250 ok");
    } else if (/^DATA/i.test(line)) {
      isText = true;
      await say("354 go on");
    } else await say("250 ok");
  }
}

async function* linesOf(connection: Deno.TcpConn): AsyncGenerator<string> {
  const bytes = new Uint8Array(16_384), decoder = new TextDecoder();
  let rest = "";
  while (true) {
    const count = await connection.read(bytes).catch(() => null);
    if (count === null) return;
    const lines = (rest + decoder.decode(bytes.subarray(0, count), { stream: true })).split("\r\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch { /* it is closed */ }
}

/** What a webhook got. */
export interface TestCall {
  headers: Headers;
  body: string;
}

/** A receiver of webhooks. */
export interface Hook extends AsyncDisposable {
  url: string;
  calls: TestCall[];
  /** How it answers. */
  answer: () => Response;
}

/** Starts a receiver of webhooks that answers 204 until told otherwise. */
export function startHook(): Hook {
  const hook: Hook = {
    url: "",
    calls: [],
    answer: () => new Response(null, { status: 204 }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    hook.calls.push({ headers: request.headers, body: await request.text() });
    return hook.answer();
  });
  hook.url = `http://127.0.0.1:${server.addr.port}/hook/secret-path`;
  return hook;
}
