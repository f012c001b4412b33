import type { Fault } from "./ledger.ts";
import type { FaultView } from "./views.ts";

/** What a person can do about a fault, by its code. One table, so that page, API and mails give the same advice. */
const ADVICE: Record<string, string> = {
  upstream_login:
    "Check in NetSuite: the integration record is enabled and allows token-based authentication, the access token " +
    'is active, its role may "Log in using Access Tokens" and use "REST Web Services". Then compare NETSUITE_ACCOUNT_ID, ' +
    "NETSUITE_CONSUMER_KEY, NETSUITE_CONSUMER_SECRET, NETSUITE_TOKEN_ID and NETSUITE_TOKEN_SECRET with it. With OAuth 2.0: " +
    "the certificate is mapped to a user and role, has not expired, and belongs to NETSUITE_PRIVATE_KEY. A sandbox loses " +
    "its tokens and certificates when it is refreshed. Nothing more is sent for a minute, since five refusals lock the account.",
  upstream_clock:
    "Set this machine's clock right (network time), then check the connection again. NetSuite takes sign-ins " +
    "whose time differs by at most five minutes.",
  upstream_throttled:
    "Other integrations use NetSuite's slots. Nothing was lost; the next run goes on. If it stays so, lower " +
    "NETSUITE_CONCURRENCY or raise NETSUITE_RESERVED_SLOTS.",
  upstream_timeout: "Nothing was lost: the watermark has not moved, and the next run reads the same window again.",
  upstream_busy: "NetSuite may be in maintenance. Nothing was lost: the next run reads the same window again.",
  upstream_broken: "The answers were cut or did not add up, so nothing of them was believed. The next run asks again.",
  upstream_unreachable: "Check NETSUITE_ACCOUNT_ID and that this machine may reach NetSuite. Nothing was lost.",
  upstream_forbidden: "Give the integration's role the permission that the message names, then start the run again.",
  upstream_no_table:
    "NetSuite has no such table, or the role may not see it. It is left out from the next run on, with a " +
    "notice on the Sync page.",
  upstream_no_column:
    "NetSuite has no such column. It is left out from the next run on, with a notice on the Sync page.",
  table_lost:
    "Give the integration's role the permission back that the notice on the Sync page names: it is asked for again after a " +
    "quarter of an hour, and with each connection check. If the account has given the feature up, the stream is left out " +
    "without a fault after a week.",
  currency_lost:
    "Give the integration's role the permission to see currencies back, then check the connection. Nothing was lost: the " +
    "next run reads the same window again.",
  upstream_error:
    "NetSuite ended in an error of its own, again and again. Nothing was lost: the next run reads the same " +
    "window again. If it stays so, give the error id in the message to NetSuite's support.",
  upstream_query: "This is a fault of Tidemark: NetSuite does not take the query. The log has the details.",
  upstream_redirect:
    "Check NETSUITE_ACCOUNT_ID: the address of the account is made from it. Nothing was sent elsewhere.",
  upstream_refused: "NetSuite does not know a table or column, or the role may not see it. The message names it.",
  proof_failed:
    "Nothing is shown as complete while a record differs. Start a full run of the stream; if the difference " +
    "stays, the message names records to compare by hand.",
  store_unreachable: "Check that MongoDB runs and MONGODB_URI is right.",
  bug: "This is a fault of Tidemark. The log has the details; the watermark has not moved.",
};

/** A fault with its advice. */
export function faultView(fault: Fault): FaultView {
  return {
    code: fault.code,
    message: fault.message,
    advice: ADVICE[fault.code] ?? "Nothing was lost: the watermark has not moved. Start the run again.",
  };
}
