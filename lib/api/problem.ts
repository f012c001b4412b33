import { AppError, type Recovery } from "../errors.ts";

/** One wrong part of a request: where it stands, and a sentence with the fault and what would be right. */
export interface FieldFault {
  in: "query" | "path" | "body" | "header";
  /** Name of the parameter, or the dotted path in the body; empty for the body as a whole. */
  field: string;
  detail: string;
}

/** The body of every refusal (RFC 9457, `application/problem+json`). `code` is the stable name that programs look at. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  /** The permission that is missing, on 403. */
  permission?: string;
  errors?: FieldFault[];
}

/** The one table from what went wrong to the status. First by code … */
const BY_CODE: Record<string, [status: number, title: string]> = {
  invalid_input: [400, "The request is not understood"],
  bad_filters: [400, "The request is not understood"],
  bad_range: [400, "The range of dates cannot be used"],
  no_range: [400, "The streams cannot be read by dates"],
  bad_edit: [400, "The row cannot be edited so"],
  bad_schedule: [400, "The schedule cannot be like that"],
  unknown_stream: [400, "There is no such stream"],
  unknown_change: [400, "There is no such change"],
  not_signed_in: [401, "Sign in first"],
  bad_key: [401, "The API key cannot be used"],
  forbidden: [403, "A permission is missing"],
  second_factor_missing: [403, "A second factor is missing"],
  foreign_form: [403, "The request comes from another site"],
  beyond_own_rights: [403, "This goes beyond your own rights"],
  not_found: [404, "There is nothing here"],
  unknown_run: [404, "There is no such run"],
  unknown_schedule: [404, "There is no such schedule"],
  not_in_quarantine: [404, "There is no such row"],
  not_edited: [404, "There is no such edit"],
  unknown_person: [404, "There is no such person"],
  unknown_role: [404, "There is no such role"],
  unknown_key: [404, "There is no such key"],
  method_not_allowed: [405, "This cannot be done here"],
  run_in_progress: [409, "Another run is in progress"],
  schedule_built_in: [409, "The schedule stays"],
  same_run_waits: [409, "The same run waits already"],
  run_over: [409, "The run is over"],
  no_channel: [409, "No way to tell people is set"],
  tested_just_now: [409, "A test was sent just now"],
  email_taken: [409, "The account exists already"],
  last_admin: [409, "There must be an admin"],
  own_account: [409, "The account is your own"],
  role_changed: [409, "The role was changed meanwhile"],
  role_fixed: [409, "The role cannot be changed"],
  role_built_in: [409, "The role stays"],
  role_in_use: [409, "People have the role"],
  role_taken: [409, "The name is taken"],
  too_slow: [408, "The body took too long"],
  too_large: [413, "The body is too large"],
  unsupported_media: [415, "The body is sent in a form that is not read here"],
  key_limited: [429, "Too many requests"],
  upstream_login: [502, "NetSuite refuses our sign-in"],
  store_unreachable: [503, "The database does not answer"],
};

/** … then, for codes not named above, by what the error says to do next. */
const BY_RECOVERY: Record<Recovery, [status: number, title: string]> = {
  retry: [503, "Not possible just now"],
  skip_record: [422, "A record cannot be used"],
  abort: [500, "It did not work"],
  fix_config: [500, "A setting is wrong"],
  reject_request: [400, "The request is not understood"],
};

/** What the database's driver throws when no server answers; its classes reach us as they are. */
const STORE_AWAY = new Set(["MongoServerSelectionError", "MongoNetworkError", "MongoNetworkTimeoutError"]);

/** A request that is refused for what it says, with a fault for each wrong part. */
export class InputError extends AppError {
  override name = "InputError";
  constructor(readonly faults: FieldFault[]) {
    super(faults.map((fault) => fault.detail).join(" "), "invalid_input", "reject_request");
  }
}

/** A request that the person's role does not allow. */
export class ForbiddenError extends AppError {
  override name = "ForbiddenError";
  /** @param permission what is missing, e.g. `sync:run` */
  constructor(message: string, readonly permission: string) {
    super(message, "forbidden", "reject_request");
  }
}

/**
 * The problem that an error is answered with. Anything that nobody threw on purpose becomes a 500 that says nothing of
 * its cause: the log has it.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) {
    const [status, title] = BY_CODE[error.code] ?? BY_RECOVERY[error.recovery];
    return {
      ...head(error.code, status, title, error.message),
      ...(error instanceof ForbiddenError ? { permission: error.permission } : {}),
      ...(error instanceof InputError ? { errors: error.faults } : {}),
    };
  }
  if (error instanceof Error && STORE_AWAY.has(error.name)) {
    const [status, title] = BY_CODE.store_unreachable!;
    return head("store_unreachable", status, title, "The database did not answer in time. Try again in a moment.");
  }
  return head(
    "internal",
    500,
    "It did not work",
    "An error that we did not expect ended this request. It is in the log with this time.",
  );
}

/** True for errors that nobody threw on purpose: they are logged whole. */
export function isUnexpected(error: unknown): boolean {
  return problemOf(error).code === "internal";
}

/**
 * A refusal as an answer.
 *
 * @param headers further headers, e.g. `Allow`
 */
export function problemResponse(problem: Problem, headers: HeadersInit = {}): Response {
  const all = new Headers(headers);
  all.set("Content-Type", "application/problem+json");
  all.set("Cache-Control", "private, no-store");
  return new Response(JSON.stringify(problem), { status: problem.status, headers: all });
}

/** A refusal by its code, for what is refused before any code of ours could throw. */
export function refuse(code: keyof typeof BY_CODE & string, detail: string, headers?: HeadersInit): Response {
  return problemResponse(problemOf(new AppError(detail, code, "reject_request")), headers);
}

function head(code: string, status: number, title: string, detail: string): Problem {
  return { type: `urn:tidemark:problem:${code}`, title, status, detail, code };
}
