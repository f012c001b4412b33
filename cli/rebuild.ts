import { counted } from "../components/format.ts";
import { rebuildMarts } from "../lib/marts/rebuild.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit.ts";

/** Counts all totals anew. */
export const REBUILD: Command = {
  syntax: {
    name: "rebuild",
    summary: "Count the totals of every day anew, from the documents of the mirror.",
    options: [],
    notes:
      "Nothing is asked of NetSuite. Safe while runs are on and pages are read, and to be broken off at any point: it goes on from its last month.",
  },
  async run({ engine, output }) {
    output.event("rebuilding", {}, "Counting every day anew …");
    const { days } = await rebuildMarts(engine.store, {
      onProgress: ({ done, total, month }) =>
        output.progress(
          "progress",
          { done, total, month },
          total > 0 ? done / total : null,
          `${done} of ${counted(total, "month")}`,
        ),
    });
    output.result(EXIT.complete, { days }, `${counted(days, "day")} counted anew.`);
    return EXIT.complete;
  },
};
