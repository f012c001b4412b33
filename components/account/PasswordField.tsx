import { LEAST_PASSWORD_LENGTH, MOST_PASSWORD_LENGTH } from "../../lib/access/passwords.ts";
import { Field } from "./Field.tsx";

/** The field for a new password, with what it needs. */
export function PasswordField({ name = "password", label = "Password", error, focus }: {
  name?: string;
  label?: string;
  error?: string | null;
  focus?: boolean;
}) {
  return (
    <Field
      name={name}
      label={label}
      type="password"
      autocomplete="new-password"
      minLength={LEAST_PASSWORD_LENGTH}
      maxLength={MOST_PASSWORD_LENGTH}
      hint={`At least ${LEAST_PASSWORD_LENGTH} characters. A few words are easier to keep in mind than signs.`}
      error={error}
      focus={focus}
    />
  );
}
