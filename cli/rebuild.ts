import { counted } from "../components/format.ts";
import { rebuildAll } from "../lib/marts/sales.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit.ts";

/** Counts all totals anew. */
export const REBUILD: Command = {
  syntax: {
    name: "rebuild",
    summary: "Count the totals of every day anew, from the documents of the mirror.",
    options: [],
    notes:
      "Nothing is asked of NetSuite. Safe while runs are on and pages are read, and to be broken off at any point.",
  },
  async run({ engine, output }) {
    output.event("rebuilding", {}, "Counting every day anew …");
    const days = await rebuildAll(engine.store);
    output.result(EXIT.complete, { days }, `${counted(days, "day")} counted anew.`);
    return EXIT.complete;
  },
};
