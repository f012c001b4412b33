import assert from "node:assert/strict";
import { appFlags } from "./support/app.ts";

const ROOT = new URL("../", import.meta.url);

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
  const file = await Deno.makeTempFile({ suffix: ".js", dir: new URL(".", import.meta.url).pathname });
  try {
    await Deno.writeTextFile(file, TRIES);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...appFlags(), "--allow-write=.data", file],
      cwd: ROOT.pathname,
      stdout: "piped",
      stderr: "piped",
    }).output();
    const told = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assert.equal(told.length, 14, told.join("\n") + new TextDecoder().decode(stderr));
    // an import that is refused comes as a TypeError, whose text says why
    const allowed = told.filter((line) => !/^\w+ NotCapable$|^foreignCode TypeError .*--no-remote/.test(line));
    assert.deepEqual(allowed, []);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("deno task app: no flag gives everything, and the program asks nobody for more", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const flags: string[] = tasks.app.command.split(" ");
  assert.ok(flags.includes("--no-prompt"));
  for (const flag of flags) {
    assert.doesNotMatch(
      flag,
      /^(-A|--allow-all|--allow-(run|ffi|import|env-file|read|write|sys|run=.*|ffi=.*))$/,
      flag,
    );
  }
});
