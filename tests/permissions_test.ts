import assert from "node:assert/strict";
import { startMailbox } from "../lib/sync/alerts/testing.ts";
import { taskFlags } from "./support/flags.ts";

const ROOT = new URL("../", import.meta.url);
const SETTINGS = {
  APP_SECRET: "for tests only, for tests only, for tests",
  MONGODB_URI: "mongodb://127.0.0.1:27017/tidemark",
  NETSUITE_ACCOUNT_ID: "1234567",
  NETSUITE_CONSUMER_KEY: "key",
  NETSUITE_CONSUMER_SECRET: "secret",
  NETSUITE_TOKEN_ID: "token",
  NETSUITE_TOKEN_SECRET: "secret",
};

/** Runs a program with the flags of `deno task app`, as it has them with these settings. */
async function runAsApp(source: string, env: Record<string, string> = {}): Promise<string[]> {
  const settings = { ...SETTINGS, ...env };
  const file = await Deno.makeTempFile({ suffix: ".js", dir: new URL(".", import.meta.url).pathname });
  try {
    await Deno.writeTextFile(file, source);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...taskFlags("app", settings), file],
      cwd: ROOT.pathname,
      env: settings,
    }).output();
    const told = new TextDecoder().decode(stdout).trimEnd().split("\n");
    return [...told, ...new TextDecoder().decode(stderr).split("\n").filter((line) => line !== "")];
  } finally {
    await Deno.remove(file);
  }
}

/** What somebody who got code into the program would try first. Each line says what became of it. */
const TRIES = `
const tries = {
  run: () => new Deno.Command("/bin/true").output(),
  runDeno: () => new Deno.Command(Deno.execPath()).output(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  passwd: () => Deno.readTextFile("/etc/passwd"),
  environOfProcess: () => Deno.readTextFile("/proc/self/environ"),
  home: () => Deno.readTextFile("/root/.ssh/id_rsa"),
  settings: () => Deno.readTextFile(".env"),
  ownCode: () => Deno.writeTextFile("main.ts", ""),
  ownBuild: () => Deno.writeTextFile("_fresh/server.js", ""),
  temp: () => Deno.writeTextFile("/tmp/tidemark-was-here", ""),
  link: () => Deno.symlink("/etc/passwd", ".data/passwd"),
  foreignCode: () => import(["https://deno", "land/x.ts"].join(".")),
  metadata: () => Deno.connect({ hostname: "169.254.169.254", port: 80 }),
  user: () => Deno.uid(),
};
for (const [name, act] of Object.entries(tries)) {
  let outcome = "done";
  try { await act(); } catch (error) { outcome = error.name + (name === "foreignCode" ? " " + error.message.replaceAll(/\\s+/g, " ") : ""); }
  console.log(name + " " + outcome);
}
`;

Deno.test("what the program may not do, by the very flags of deno task app: programs, foreign files, own code, metadata", async () => {
  const told = await runAsApp(TRIES);
  assert.equal(told.length, 14, told.join("\n"));
  // an import that is refused comes as a TypeError, whose text says why
  const allowed = told.filter((line) => !/^\w+ NotCapable$|^foreignCode TypeError .*--no-remote/.test(line));
  assert.deepEqual(allowed, []);
});

Deno.test("a host that no setting names is refused by Deno itself: addresses, ports, names, redirects, look-ups", async () => {
  await using named = listener(() => Response.redirect(`http://127.0.0.1:${foreign.addr.port}/`));
  await using foreign = listener(() => new Response("reached"));
  const env = {
    MONGODB_URI: `mongodb://localhost:${named.addr.port}/tidemark`,
    NETSUITE_BASE_URL: `http://127.0.0.1:${named.addr.port}`,
  };
  const told = await runAsApp(
    `
    import { connect } from "node:net";
    import { resolveTxt } from "node:dns/promises";
    const byNode = (host, port) => new Promise((done, fail) => {
      const socket = connect({ host, port }, () => { socket.destroy(); done(); }).on("error", fail);
    });
    const tries = {
      named: async () => (await fetch("http://127.0.0.1:${named.addr.port}/", { redirect: "manual" })).body?.cancel(),
      namedByName: () => byNode("localhost", ${named.addr.port}),
      otherPort: () => Deno.connect({ hostname: "127.0.0.1", port: ${foreign.addr.port} }),
      otherPortByNode: () => byNode("127.0.0.1", ${foreign.addr.port}),
      otherPortByName: () => byNode("localhost", ${foreign.addr.port}),
      redirect: () => fetch("http://127.0.0.1:${named.addr.port}/"),
      internet: () => fetch("https://example.com/"),
      otherAccount: () => fetch("https://7654321.suitetalk.api.netsuite.com/"),
      nameServer: () => Deno.resolveDns("example.com", "TXT"),
      nameServerByNode: () => resolveTxt("example.com"),
      listen: () => Deno.listen({ hostname: "127.0.0.1", port: ${foreign.addr.port} }),
      listenEverywhere: () => Deno.serve({ port: 8000 }, () => new Response()),
    };
    for (const [name, act] of Object.entries(tries)) {
      try { await act(); console.log(name, "done"); }
      catch (error) { console.log(name, [error.name, error.cause?.name, error.code].includes("NotCapable") ? "NotCapable" : error.code ?? error.name); }
    }
    Deno.exit(0);
    `,
    env,
  );
  const refused = (line: string) => /^\w+ (NotCapable|EPERM|EACCES|UNKNOWN)$/.test(line);
  assert.deepEqual(told.filter((line) => !refused(line)), ["named done", "namedByName done"], told.join("\n"));
  assert.equal(told.length, 12);
});

Deno.test("mail leaves for a server that is told by its name, with the flags of deno task app", async () => {
  await using mailbox = startMailbox("ann", "secret of the mail");
  const told = await runAsApp(
    `
    import { smtpMailer } from "../lib/mail/mailer.ts";
    await smtpMailer({ smtpUrl: Deno.env.get("SMTP_URL"), from: "tidemark@example.com", plaintext: true })(
      { to: "bob@example.com", subject: "Hello", text: "" });
    console.log("sent");
    `,
    {
      SMTP_URL: `smtp://ann:secret%20of%20the%20mail@localhost:${mailbox.port}`,
      MAIL_FROM: "tidemark@example.com",
    },
  );
  assert.deepEqual(told, ["sent"]);
  assert.equal(mailbox.mails.length, 1);
});

Deno.test("deno task audit and hosts: the shell puts the hosts in; a wrong setting is told by the program, once", async () => {
  const task = async (args: string[], env: Record<string, string>) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", ...args],
      cwd: ROOT.pathname,
      env: { ...SETTINGS, ...env, DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  };
  const hosts = await task(["hosts", "app"], {});
  assert.deepEqual(hosts.out, "127.0.0.1:27017,1234567.suitetalk.api.netsuite.com:443,127.0.0.1:8000\n");
  const wrong = await task(["audit", "verify"], { APP_SECRET: "short" });
  assert.equal(wrong.code, 1);
  assert.equal(wrong.err.match(/Cannot start, settings to fix:\n {2}APP_SECRET/g)?.length, 1, wrong.err);
  assert.equal((await task(["audit", "repair"], {})).code, 2);
});

Deno.test("deno task app: no flag gives everything, and the program asks nobody for more", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const flags: string[] = tasks.app.command.split(" ");
  assert.ok(flags.includes("--no-prompt"));
  for (const flag of flags) {
    assert.doesNotMatch(
      flag,
      /^(-A|--allow-all|--allow-(net|run|ffi|import|env-file|read|write|sys|run=.*|ffi=.*))$/,
      flag,
    );
  }
});

function listener(answer: () => Response) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
}
