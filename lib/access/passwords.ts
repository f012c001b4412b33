/** Least length of a password, in characters as a person counts them. */
export const LEAST_PASSWORD_LENGTH = 12;
/** Most that is accepted: longer input only costs time in the hash. */
export const MOST_PASSWORD_LENGTH = 128;
/** How much of a password must be left when names that everybody knows are taken out of it. */
export const LEAST_OWN_PART = 8;

/** The product's own names; those of the company come from `PASSWORD_WORDS`. */
export const PRODUCT_WORDS: readonly string[] = ["tidemark", "netsuite", "mongodb", "shopify", "admin"];

/** Signs that are written for letters. */
const WRITTEN_FOR: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  "$": "s",
};

/** What a password is compared as: lower case, compatible forms of signs alike, without blanks. */
export function plainForm(password: string): string {
  return password.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");
}

/**
 * What is wrong with a new password by its own form, or null. `passwordCheck` looks further: among the common and breached ones.
 *
 * The rules are those of NIST SP 800-63B 3.1.1: length counts, composition rules do not; what is easily guessed
 * (the account's own address, names that everybody here knows) is refused with the reason.
 *
 * @param password as typed; spaces and every script are allowed
 * @param email the account's address
 * @param words the company's own words: its name, products, projects
 */
export function faultInForm(password: string, email: string, words: readonly string[] = []): string | null {
  const length = [...password].length;
  if (length < LEAST_PASSWORD_LENGTH) {
    return `A password needs at least ${LEAST_PASSWORD_LENGTH} characters; this one has ${length}. A few words are fine.`;
  }
  if (password.length > MOST_PASSWORD_LENGTH) {
    return `A password has at most ${MOST_PASSWORD_LENGTH} characters; this one has ${password.length}.`;
  }
  const plain = plainForm(password);
  const [name = "", domain = ""] = email.trim().toLowerCase().split("@");
  if (email.trim() !== "" && (plain === `${name}@${domain}` || plain === name)) {
    return "The password must not be the e-mail address.";
  }
  if (new Set(plain).size < 4) return "This password is among the first that anybody would try. Choose another one.";
  const known = [
    ...PRODUCT_WORDS,
    ...words.map(plainForm),
    name,
    ...name.split(/[^\p{L}\p{N}]+/u),
    ...domain.split("."),
  ];
  const found = knownIn(plain, known);
  if (found !== null) {
    return `Without “${found}”, which is easily guessed, too little is left of this password. Add words of your own.`;
  }
  return null;
}

/** The first known word without which too little is left, whether it is written in letters or in signs for letters. */
function knownIn(plain: string, known: readonly string[]): string | null {
  const words = [...new Set(known.filter((word) => word.length >= 4))].sort((a, b) => b.length - a.length);
  const asLetters = [...plain].map((sign) => WRITTEN_FOR[sign] ?? sign).join("");
  for (const form of [plain, asLetters]) {
    const left = words.reduce((rest, word) => rest.replaceAll(word, ""), form);
    if (left.length < form.length && [...left].length < LEAST_OWN_PART) {
      return words.find((word) => form.includes(word)) ?? null;
    }
  }
  return null;
}
