import type { Clock } from "../../clock.ts";
import { AppError } from "../../errors.ts";
import type { Stream } from "../../streams/define.ts";
import { MissingError, SignInDoubt } from "./answers.ts";
import type { NetSuite } from "./client.ts";
import { freshGaps, type Gap } from "./gaps.ts";
import { DOCUMENT_PERMISSIONS, LOGIN_PERMISSIONS, PERMISSIONS } from "./permissions.ts";
import { askForAll, askForRow, askForRows, type Reader } from "./ask.ts";
import { tableOf } from "../../streams/define.ts";
import { childTable, DELETED } from "./suiteql.ts";

/** One thing that was looked at. Plain values, so that it can go to a page or into JSON as it is. */
export interface CheckLine {
  /** `connection`: reaching the account; `permissions`: what the role may see. */
  about: "connection" | "permissions";
  name: string;
  state: "ok" | "warning" | "wrong";
  /** What was found, in a sentence. */
  says: string;
  /** What to do in NetSuite or here; null when all is well. */
  advice: string | null;
}

/** What a connection check found. Times as ISO strings. */
export interface CheckReport {
  at: string;
  tookMs: number;
  account: string;
  host: string;
  login: "tba" | "oauth2";
  /** The worst of all lines. */
  state: CheckLine["state"];
  lines: CheckLine[];
}

/** What a check needs besides the account. */
export interface CheckParts {
  streams: readonly Stream[];
  clock: Clock;
  /** The company's zone by the settings, IANA. */
  zone: string;
  signal?: AbortSignal;
}

/** What a check found, and which gaps in which tables, for the stored notices. */
export interface Checked {
  report: CheckReport;
  tables: string[];
  gaps: (Gap & { said: string })[];
}

const CLOCK_WARNS_S = 30, CLOCK_WRONG_S = 240;

/**
 * Looks at everything that a sync needs: address, sign-in, clock, slots, time zone, and every table by the permission that
 * it takes. Asks NetSuite about 20 short questions, before all background work.
 */
export async function checkConnection(netsuite: NetSuite, parts: CheckParts): Promise<Checked> {
  const { clock, streams, signal } = parts;
  const began = clock.now(), lines: CheckLine[] = [], gaps: Checked["gaps"] = [], tables: string[] = [];
  const reader: Reader = {
    netsuite,
    gaps: freshGaps((gap) => gaps.push(gap)),
    meter: { requests: 0, throttled: 0 },
    now: () => clock.now(),
    urgency: "person",
    ...(signal ? { signal } : {}),
  };
  const add = (about: CheckLine["about"], name: string, state: CheckLine["state"], says: string, advice?: string) =>
    void lines.push({ about, name, state, says, advice: advice ?? null });

  await checkCertificates(netsuite, add, signal);
  const server = await checkSignIn(reader, add, clock);
  if (server) {
    await checkLimits(reader, add);
    await checkZone(reader, add, server, parts.zone);
    for (const about of wanted(streams)) {
      if (await checkTable(reader, add, about, gaps)) tables.push(about.from.table);
    }
    await checkDocuments(reader, add);
  }
  const state = lines.some((line) => line.state === "wrong")
    ? "wrong"
    : lines.some((line) => line.state === "warning")
    ? "warning"
    : "ok";
  const report: CheckReport = {
    at: began.toISOString(),
    tookMs: +clock.now() - +began,
    account: netsuite.realm,
    host: netsuite.host,
    login: netsuite.loginKind,
    state,
    lines,
  };
  return { report, tables, gaps };
}

type Add = (about: CheckLine["about"], name: string, state: CheckLine["state"], says: string, advice?: string) => void;

async function checkCertificates(netsuite: NetSuite, add: Add, signal?: AbortSignal): Promise<void> {
  if (netsuite.loginKind === "tba") return;
  let tried: Awaited<ReturnType<NetSuite["tryCertificates"]>>;
  try {
    tried = await netsuite.tryCertificates(signal);
  } catch (error) {
    return add("connection", "Certificates", "wrong", sentenceOf(error), "Check the network, then try again.");
  }
  const works = tried.some(({ error }) => error === null);
  for (const { certificateId, error } of tried) {
    const name = `Certificate ${certificateId}`;
    if (!error) add("connection", name, "ok", "NetSuite gives us a token for it.");
    else if (!(error instanceof SignInDoubt)) add("connection", name, "warning", error.message, "Try again.");
    else {
      add(
        "connection",
        name,
        works ? "warning" : "wrong",
        works ? "NetSuite does not take it; the other one works." : "NetSuite does not take it.",
        "Look at Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup: the mapping must be there and not " +
          "revoked, the certificate not expired, and it must belong to our private key.",
      );
    }
  }
}

/** @returns NetSuite's clock, or null when there is no sign-in */
async function checkSignIn(reader: Reader, add: Add, clock: Clock): Promise<Date | null> {
  const { netsuite, meter, signal } = reader;
  const before = clock.now();
  try {
    const server = await netsuite.serverTime({
      asked: "its clock",
      meter,
      urgency: "person",
      mayRetry: (_, tries) => tries < 3,
      ...(signal ? { signal } : {}),
    });
    const tookMs = netsuite.lastExchange?.tookMs ?? +clock.now() - +before;
    const way = netsuite.loginKind === "tba" ? "token-based authentication" : "OAuth 2.0 client credentials";
    add("connection", "Sign-in", "ok", `${netsuite.host} takes us by ${way}, and answers in ${tookMs} ms.`);
    const middle = (+before + +clock.now()) / 2;
    const offS = Math.round((middle - +server) / 1000);
    const words = `This machine's clock is ${Math.abs(offS)} s ${offS >= 0 ? "ahead of" : "behind"} NetSuite's.`;
    if (Math.abs(offS) <= CLOCK_WARNS_S) add("connection", "Clock", "ok", words);
    else {
      add(
        "connection",
        "Clock",
        Math.abs(offS) > CLOCK_WRONG_S ? "wrong" : "warning",
        words,
        "Set it by network time: from 300 s on, NetSuite refuses our sign-ins.",
      );
    }
    return server;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const permission = LOGIN_PERMISSIONS[netsuite.loginKind];
    const advice = error.recovery === "fix_config"
      ? `Check NETSUITE_ACCOUNT_ID and the login's settings. In NetSuite: the integration record is enabled and of the ` +
        `right kind, the user is active, and the role has ${permission} and REST Web Services (Setup). The Login Audit ` +
        `Trail has the cause.`
      : "Check NETSUITE_ACCOUNT_ID and the network, then try again.";
    add("connection", error.code === "upstream_clock" ? "Clock" : "Sign-in", "wrong", error.message, advice);
    return null;
  }
}

async function checkLimits(reader: Reader, add: Add): Promise<void> {
  const { netsuite, meter } = reader;
  const name = "Requests at once";
  try {
    const limits = await netsuite.limits({ asked: "its limits", meter, urgency: "person" });
    const { most, kept } = netsuite.governor;
    const left = kept === 0 ? "none is left to others" : `${kept} ${kept === 1 ? "is" : "are"} left to others`;
    if (!limits) {
      add("connection", name, "ok", `We use ${most} at most; ${left}. This role may not read NetSuite's own limit.`);
    } else {
      const integration = limits.integration === null ? "" : `, ${limits.integration} of them for this integration`;
      const says = `NetSuite allows ${limits.account} in this account${integration}. We use ${most} at most; ${left}.`;
      add("connection", name, "ok", says);
    }
  } catch (error) {
    add("connection", name, "warning", sentenceOf(error));
  }
}

async function checkZone(reader: Reader, add: Add, server: Date, zone: string): Promise<void> {
  const format = "'YYYY-MM-DD HH24:MI:SS'", name = "Time zone";
  try {
    const row = await askForRow(
      reader,
      `SELECT TO_CHAR(CURRENT_TIMESTAMP,${format}) AS local, ` +
        `TO_CHAR(SYS_EXTRACT_UTC(CURRENT_TIMESTAMP),${format}) AS utc FROM dual`,
      "its time zone",
    );
    const local = timeOf(row.local), utc = timeOf(row.utc);
    if (Math.abs(utc - +server) > 300_000) {
      const says = `NetSuite says that it is ${row.utc} UTC, but its clock says ${server.toISOString()}.`;
      return add(
        "connection",
        name,
        "wrong",
        says,
        "Windows of change times cannot be trusted: tell NetSuite's support.",
      );
    }
    const theirs = Math.round((local - utc) / 60_000), ours = offsetMinutes(zone, new Date(utc));
    const offset = `UTC${theirs < 0 ? "-" : "+"}${clockOf(Math.abs(theirs))}`;
    if (theirs === ours) return add("connection", name, "ok", `NetSuite's zone is ${offset} now, the same as ${zone}.`);
    add(
      "connection",
      name,
      "warning",
      `NetSuite shows this user times in ${offset}; TIME_ZONE ${zone} is another zone now.`,
      "Nothing is read wrongly, as times are read in UTC. Set the integration user's zone, or TIME_ZONE, to the company's.",
    );
  } catch (error) {
    add("connection", name, "warning", sentenceOf(error));
  }
}

/** A table to look at, and who needs it. */
interface Wanted {
  from: { table: string; columns: Stream["columns"]; joins: Stream["joins"] };
  keys: readonly string[];
  streams: string[];
}

/** Every table that the streams read, once. */
function wanted(streams: readonly Stream[]): Wanted[] {
  const found = new Map<string, Wanted>();
  for (const stream of streams) {
    found.set(stream.table, { from: stream, keys: stream.key, streams: [stream.name] });
    if (!stream.children) continue;
    const { table, key, parent } = stream.children;
    found.set(table, { from: childTable(stream.children), keys: [key, parent], streams: [stream.name] });
  }
  for (const stream of streams) {
    for (const alias of Object.keys(stream.joins)) found.get(tableOf(stream, alias))?.streams.push(stream.name);
  }
  const deleted = { table: DELETED, columns: {}, joins: {} };
  found.set(DELETED, { from: deleted, keys: ["recordid", "type", "deleteddate"], streams: ["deletes"] });
  return [...found.values()];
}

/** @returns whether the table was looked at to the end */
async function checkTable(reader: Reader, add: Add, { from, keys, streams }: Wanted, gaps: Gap[]): Promise<boolean> {
  const { table } = from, permission = PERMISSIONS[table];
  const name = permission ? `${permission.name} (${permission.tab})` : table;
  const before = gaps.length;
  try {
    await askForAll(reader, from, keys);
  } catch (error) {
    if (!(error instanceof MissingError)) {
      add("permissions", name, "warning", sentenceOf(error), "Check the connection again.");
      return false;
    }
    await reader.gaps.add({ table, column: null }, error.message);
    const lacks = permission ? `The role lacks ${permission.name}` : `The role may not see ${table}`;
    const feature = FEATURES[table];
    add(
      "permissions",
      name,
      feature ? "warning" : table === DELETED ? "warning" : "wrong",
      table === DELETED
        ? `${lacks}: deletes are found by full runs only.`
        : `${lacks}${feature ? ` or the account lacks ${feature}` : ""}: ${
          [...new Set(streams)].join(", ")
        } cannot be read.`,
      permission ? `Give the role ${permission.name} under Permissions > ${permission.tab}, level View.` : undefined,
    );
    return true;
  }
  const missing = gaps.slice(before).filter((gap) => gap.table === table).map(({ column }) => column);
  if (missing.length === 0) add("permissions", name, "ok", `${table} can be read.`);
  else {
    add(
      "permissions",
      name,
      "warning",
      `${table} can be read, without ${missing.join(", ")}.`,
      "Nothing needs to be done where the account does not use these fields.",
    );
  }
  return true;
}

/** Tables that are missing where a feature is off, which is no fault. */
const FEATURES: Record<string, string> = {
  subsidiary: "OneWorld",
  location: "Locations",
  department: "Departments",
  classification: "Classes",
  currency: "Multiple Currencies",
};

async function checkDocuments(reader: Reader, add: Add): Promise<void> {
  if (reader.gaps.has("transaction")) return;
  try {
    const rows = await askForRows(
      reader,
      "SELECT t.type AS type, COUNT(*) AS tm_rows FROM transaction t GROUP BY t.type ORDER BY t.type",
      "which documents there are",
    );
    const seen = new Set(rows.map((row) => row.type));
    for (const [type, permission] of Object.entries(DOCUMENT_PERMISSIONS)) {
      const name = `${permission} (Transactions)`;
      if (seen.has(type)) {
        const count = Number(rows.find((row) => row.type === type)!.tm_rows).toLocaleString("en-US");
        add("permissions", name, "ok", `${count} can be read.`);
      } else {
        add(
          "permissions",
          name,
          "warning",
          "None can be seen. NetSuite hides what a role may not see without a word.",
          `If the company has such documents, give the role ${permission} under Permissions > Transactions, level View.`,
        );
      }
    }
  } catch (error) {
    add("permissions", "Documents", "warning", sentenceOf(error));
  }
}

/** @throws what is no error of ours: a bug must not look like a finding */
function sentenceOf(error: unknown): string {
  if (error instanceof SignInDoubt || error instanceof AppError) return error.message;
  throw error;
}

function timeOf(text: string | undefined): number {
  return Date.parse(`${(text ?? "").replace(" ", "T")}Z`);
}

/** How far a zone is ahead of UTC at a moment, in minutes. */
function offsetMinutes(zone: string, at: Date): number {
  const part = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(part);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0;
}

const clockOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
