import { count, counted } from "../components/format.ts";
import type { ReplayScope } from "../lib/sync/quarantine_replay.ts";
import type { Given } from "./arguments.ts";
import type { Command, CommandParts } from "./command.ts";
import { EXIT, type ExitCode, UsageError } from "./exit.ts";

/** Sends refused rows into the mirror once more: after an edit, or after their rule was mended in code. */
export const REPLAY: Command = {
  syntax: {
    name: "replay",
    summary: "Send rows of the quarantine into the mirror once more, as edited or as they are.",
    options: ["id", "stream", "all", "yes"],
    notes:
      "Nothing newer is overwritten, and it may be broken off at any point. Ends with 3 when rows stay in quarantine.",
  },
  check: (given) => void scopesOf(given),
  async run(parts) {
    const { engine, given, output, terminal } = parts;
    if (given.has("all") && !given.has("yes")) {
      const { total } = await engine.sync.quarantine.list({ limit: 1 });
      const question = `Replay ${counted(total, "row")}?`;
      if (!terminal.isLive) throw new UsageError("replay --all needs --yes where nobody can be asked");
      if (!terminal.confirm(question)) {
        output.result(EXIT.interrupted, {}, "Nothing was done.");
        return EXIT.interrupted;
      }
    }
    return await replayAll(parts);
  },
};

async function replayAll({ engine, given, output, by }: CommandParts): Promise<ExitCode> {
  const sum = { replayed: 0, refused: 0, outdated: 0 };
  for (const scope of scopesOf(given)) {
    const done = await engine.sync.quarantine.replay(scope, by, ({ total, ...now }) => {
      const through = now.replayed + now.refused + now.outdated;
      output.progress(
        "progress",
        { ...now, total },
        total ? through / total : null,
        `${count(through)} of ${counted(total, "row")}`,
      );
    });
    for (const name of ["replayed", "refused", "outdated"] as const) sum[name] += done[name];
  }
  const code = sum.refused > 0 ? EXIT.incomplete : EXIT.complete;
  const text = `${counted(sum.replayed, "row")} in the mirror now, ${count(sum.refused)} stay in quarantine, ` +
    `${count(sum.outdated)} let go: the mirror has a newer version.`;
  output.result(code, { replay: sum }, text);
  return code;
}

function scopesOf(given: Given): ReplayScope[] {
  const ids = given.list("id"), streams = given.list("stream");
  const ways = [ids.length > 0, streams.length > 0, given.has("all")].filter(Boolean).length;
  if (ways !== 1) throw new UsageError("replay takes one of --id stream/key, --stream a,b or --all");
  if (ids.length > 0) return [{ ids }];
  return given.has("all") ? [{ all: true }] : streams.map((stream) => ({ stream }));
}
