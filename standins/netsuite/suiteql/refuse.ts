/**
 * What SuiteQL refuses, in NetSuite's words. `detail` is what a client reads in the 400 body; `reason` is what the
 * stand-in knows besides and a real account never tells: it travels in the header `x-standin-reason`, for people.
 */
export class SuiteQLError extends Error {
  override name = "SuiteQLError";
  constructor(readonly detail: string, readonly reason: string) {
    super(`${detail} (${reason})`);
  }
}

/** The catch-all: syntax, dialect and conversion faults all read the same in a real account. */
export function unsupported(reason: string): SuiteQLError {
  return new SuiteQLError("Search error occurred: Invalid or unsupported search.", reason);
}

/** A column that no table in reach has. `inReach` lists `alias=table` pairs, as a real account prints them. */
export function unknownIdentifier(name: string, inReach: string[]): SuiteQLError {
  const detail = `Search error occurred: Unknown identifier '${name}'. Available identifiers are: {${
    inReach.join(", ")
  }}.`;
  return new SuiteQLError(detail, `no column "${name}" here`);
}

/** A table that does not exist, whose feature is off, or that the role may not see: indistinguishable from outside. */
export function unknownRecord(name: string): SuiteQLError {
  return new SuiteQLError(`Search error occurred: Record '${name}' was not found.`, `no table "${name}"`);
}
