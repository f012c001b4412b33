import { AppError } from "../../errors.ts";

/** The two spellings of one account: NetSuite wants the id with `_` in signatures and with `-` in host names. */
export interface Account {
  /** OAuth realm: upper case with underscore, e.g. `1234567_SB1`. */
  realm: string;
  /** Where requests go, without a slash at the end. */
  baseUrl: string;
  /** Where OAuth 2.0 tokens are asked for; also the audience of the assertion. */
  tokenUrl: string;
  /** `1234567_SB1` is a sandbox: its credentials die when it is refreshed. */
  isSandbox: boolean;
}

/**
 * Reads an account id in any spelling. The pattern is checked before a URL is built, so that an id can never change the
 * host that secrets are sent to.
 *
 * @param given e.g. `1234567`, `1234567_SB1`, `1234567-sb1`, `TSTDRV1234567`, with blanks around it or not
 * @param baseUrl replaces the account's own host, for stand-ins and proxies
 * @throws {AppError} `bad_account_id`
 * @see docs/netsuite.md 1 (hosts, realm)
 */
export function accountOf(given: string, baseUrl: string | null = null): Account {
  const id = given.trim();
  if (!/^[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)?$/.test(id)) {
    throw new AppError(
      `"${id}" is not a NetSuite account id: it looks like 1234567 or 1234567_SB1`,
      "bad_account_id",
      "fix_config",
    );
  }
  const realm = id.toUpperCase().replaceAll("-", "_");
  const label = realm.toLowerCase().replaceAll("_", "-");
  const host = baseUrl ?? `https://${label}.suitetalk.api.netsuite.com`;
  return {
    realm,
    baseUrl: host,
    tokenUrl: `${host}/services/rest/auth/oauth2/v1/token`,
    isSandbox: /_SB\d*$/.test(realm),
  };
}
