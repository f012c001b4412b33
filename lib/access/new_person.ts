import { z } from "zod";
import type { FaultInPassword } from "./password_check.ts";

/** An account to be made. */
export interface NewPerson {
  name: string;
  email: string;
  password: string;
  /** Id of a role that exists. */
  role: string;
}

/** What is wrong with one field of an account. */
export interface PersonFault {
  field: "name" | "email" | "password";
  message: string;
}

const MOST_NAME_LENGTH = 200;
const emailShape = z.email().max(254);

/** True for what has the shape of an e-mail address; blanks around it do not count. */
export function isEmail(text: string): boolean {
  return emailShape.safeParse(text.trim()).success;
}

/** Everything that is wrong with a new account, in the order of the form. Never repeats the password. */
export async function faultsInPerson(
  { name, email, password }: Omit<NewPerson, "role">,
  faultInPassword: FaultInPassword,
): Promise<PersonFault[]> {
  const faults: PersonFault[] = [];
  if (name.trim() === "") faults.push({ field: "name", message: "Enter a name." });
  if (name.length > MOST_NAME_LENGTH) {
    faults.push({ field: "name", message: `A name has at most ${MOST_NAME_LENGTH} characters.` });
  }
  if (email.trim() === "") faults.push({ field: "email", message: "Enter an e-mail address." });
  else if (!isEmail(email)) {
    faults.push({
      field: "email",
      message: `“${email.slice(0, 80)}” is not an e-mail address such as ada@example.com.`,
    });
  }
  const password_ = await faultInPassword(password, email);
  if (password_ !== null) faults.push({ field: "password", message: password_ });
  return faults;
}
