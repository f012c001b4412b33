import type { NetSuite } from "../sources/netsuite/client.ts";
import { inSpan } from "../telemetry/spans.ts";

/** The same account, with a span for every page that is asked for: its tries, and its wait for a slot, lie inside. */
export function traced(netsuite: NetSuite): NetSuite {
  const suiteql: NetSuite["suiteql"] = (query, parameters, limit, options) =>
    inSpan("tidemark.page", { "tidemark.asked": options.asked, "tidemark.limit": limit }, async (span) => {
      const page = await netsuite.suiteql(query, parameters, limit, options);
      span.setAttributes({ "tidemark.rows": page.rows.length, "tidemark.has_more": page.hasMore });
      return page;
    });
  return Object.create(netsuite, { suiteql: { value: suiteql } });
}
