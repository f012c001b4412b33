import { answerMetrics } from "../lib/api/mod.ts";
import { define } from "../utils.ts";

/** The program's numbers, for Prometheus. It asks for its own proof: a collector has no session. */
export const handler = define.handlers({
  GET({ req, state: { person, services: { sync, config, access } } }) {
    const ofKey = async (text: string) => {
      const used = await access.keys.use(text);
      return used.outcome === "done" ? used.person : null;
    };
    return answerMetrics(req, { token: config.metricsToken, person, ofKey }, sync);
  },
});
