import { Field } from "./Field.tsx";

interface CodeProps {
  error?: string | null;
  focus?: boolean;
}

/** The field for the six digits of an authenticator app; phones offer digits, browsers the code where they know it. */
export function CodeField({ error, focus }: CodeProps) {
  return (
    <Field
      name="code"
      label="Code"
      autocomplete="one-time-code"
      inputMode="numeric"
      maxLength={12}
      hint="Six digits; a new one comes each 30 seconds."
      error={error}
      focus={focus}
    />
  );
}

/** The field where either will do: who has lost the device has recovery codes only. */
export function EitherField({ error, focus }: CodeProps) {
  return (
    <Field
      name="code"
      label="Code of your app, or a recovery code"
      autocomplete="one-time-code"
      maxLength={60}
      error={error}
      focus={focus}
    />
  );
}

/** The field for a recovery code, in any spelling. */
export function RecoveryField({ error, focus }: CodeProps) {
  return (
    <Field
      name="code"
      label="Recovery code"
      autocomplete="off"
      maxLength={60}
      hint="Six groups of four letters and digits. Capitals and lines between do not count."
      error={error}
      focus={focus}
    />
  );
}
