/**
 * The NetSuite stand-in as a program of its own:
 *
 *     deno run -A standins/netsuite/main.ts --port 0 --data .data/netsuite
 *
 * Prints, when it listens, the settings that a client needs as NAME=value lines, NETSUITE_CONTROL_URL last.
 */
import { parseArgs } from "node:util";
import { openLoginKey } from "./login_key.ts";
import { startNetSuite } from "./server.ts";

const HELP = `Options: --port N (0: any free one) --control-port N --data DIR (absent: in memory) --share 0..1 --seed N
  --life SECONDS (a few changes each so often) --company demo|none|FOLDER of TABLE.csv files --latency MS --slots N --account ID --zone NAME
  --pipeline (opportunities and quotes too)
  --login tba|oauth2 (whose settings are printed; oauth2 keeps its key as netsuite-key.pem in --data)`;

function readOptions(args: string[]) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      port: text,
      "control-port": text,
      data: text,
      share: text,
      seed: text,
      life: text,
      company: text,
      latency: text,
      slots: text,
      account: text,
      zone: text,
      pipeline: { type: "boolean" },
      login: text,
      help: { type: "boolean" },
    },
  });
  const number = (name: keyof typeof values, least: number, most: number): number | undefined => {
    const given = values[name];
    if (given === undefined) return undefined;
    const value = Number(given);
    if (given === "" || !(value >= least && value <= most)) {
      throw new RangeError(`Cannot use --${name} ${given}: give a number from ${least} to ${most}`);
    }
    return value;
  };
  const company = companyOf(values.company ?? "demo");
  const login = values.login ?? "tba";
  if (login !== "tba" && login !== "oauth2") throw new RangeError(`Cannot use --login ${login}: give tba or oauth2`);
  if (login === "oauth2" && !values.data) throw new RangeError("--login oauth2 needs --data DIR, to keep its key in");
  return {
    help: values.help,
    login,
    lifeSeconds: number("life", 0.1, 86_400),
    seed: number("seed", 0, 2 ** 31),
    netsuite: {
      port: number("port", 0, 65_535),
      controlPort: number("control-port", 0, 65_535),
      dataDir: values.data,
      share: number("share", 0.0001, 1),
      seed: number("seed", 0, 2 ** 31),
      company,
      pipeline: values.pipeline,
      latencyMs: number("latency", 0, 600_000),
      slots: number("slots", 1, 1000),
      accountId: values.account,
      timeZone: values.zone,
    } as const,
  };
}

/** `demo`, `none`, or a folder. */
function companyOf(text: string): "demo" | "none" | { folder: string } {
  if (text === "demo" || text === "none") return text;
  let isFolder = false;
  try {
    isFolder = Deno.statSync(text).isDirectory;
  } catch { /* the message below says it */ }
  if (!isFolder) throw new RangeError(`Cannot use --company ${text}: give demo, none, or a folder of TABLE.csv files`);
  return { folder: text };
}

async function main(): Promise<void> {
  const options = readOptions(Deno.args);
  if (options.help) return console.log(HELP);
  const folder = options.netsuite.dataDir;
  if (folder) await Deno.mkdir(folder, { recursive: true });
  const key = options.login === "oauth2" ? openLoginKey(folder!) : null;
  const netsuite = await startNetSuite({ ...options.netsuite, certificates: key ? [key.certificate] : [] });
  const { settings } = netsuite;
  const printed = key
    ? {
      NETSUITE_BASE_URL: settings.NETSUITE_BASE_URL,
      NETSUITE_ACCOUNT_ID: settings.NETSUITE_ACCOUNT_ID,
      NETSUITE_AUTH: "oauth2",
      NETSUITE_CLIENT_ID: settings.NETSUITE_CONSUMER_KEY,
      NETSUITE_CERTIFICATE_ID: key.certificate.id,
      NETSUITE_PRIVATE_KEY: key.file,
    }
    : settings;
  for (const [name, value] of Object.entries(printed)) console.log(`${name}=${value}`);
  console.log(`NETSUITE_CONTROL_URL=${netsuite.controlUrl}`);
  const live = () => {
    try {
      netsuite.account.settle();
      netsuite.account.change({
        count: 1 + Math.floor(Math.random() * 4),
        seed: Math.floor(Date.now() / 10) % 2 ** 31,
      });
    } catch (error) {
      console.error("The company's life stumbled, it goes on:", error);
    }
  };
  const life = options.lifeSeconds === undefined ? undefined : setInterval(live, options.lifeSeconds * 1000);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    clearInterval(life);
    await netsuite.close();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
}

if (import.meta.main) {
  main().catch((error) => {
    console.error(`${(error as Error).message}\n${HELP}`);
    Deno.exit(1);
  });
}
