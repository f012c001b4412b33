/** Least length of a password, in characters as a person counts them. */
export const LEAST_PASSWORD_LENGTH = 12;
/** Most that is accepted: longer input only costs time in the hash. */
export const MOST_PASSWORD_LENGTH = 128;

/** Long enough, and still among the first that an attacker tries. Compared in lower case, without spaces. */
const WORN = new Set([
  "passwordpassword",
  "password1234",
  "password12345",
  "password123456",
  "123456789012",
  "1234567890123",
  "12345678901234",
  "123456789123",
  "123123123123",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwertyuiopasdf",
  "1q2w3e4r5t6y",
  "administrator",
  "administrator1",
  "letmeinletmein",
  "iloveyou1234",
  "welcome12345",
  "changeme1234",
  "changemechangeme",
  "tidemarktidemark",
  "tidemark1234",
  "tidemarkadmin",
]);

/**
 * What is wrong with a new password, or null when it may be used.
 *
 * The rules are those of NIST SP 800-63B 3.1.1: length counts, composition rules do not; what is easily guessed
 * (the account's own address, the commonest ones) is refused with the reason.
 *
 * @param password as typed; spaces and every script are allowed
 * @param email the account's address
 */
export function faultInPassword(password: string, email: string): string | null {
  const length = [...password].length;
  if (length < LEAST_PASSWORD_LENGTH) {
    return `A password needs at least ${LEAST_PASSWORD_LENGTH} characters; this one has ${length}. A few words are fine.`;
  }
  if (password.length > MOST_PASSWORD_LENGTH) {
    return `A password has at most ${MOST_PASSWORD_LENGTH} characters; this one has ${password.length}.`;
  }
  const plain = password.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");
  const address = email.trim().toLowerCase();
  if (address !== "" && (plain === address || plain === address.split("@")[0])) {
    return "The password must not be the e-mail address.";
  }
  if (new Set(plain).size < 4 || WORN.has(plain)) {
    return "This password is among the first that anybody would try. Choose another one.";
  }
  return null;
}
