import type { ComponentChildren } from "preact";
import { Icon } from "../Icon.tsx";
import { FAULTS_ID } from "./FaultSummary.tsx";

export interface FieldProps {
  /** Also its `id`, which the error summary links to. */
  name: string;
  label: string;
  type?: "text" | "email" | "password";
  /** What a password manager or browser may fill in, e.g. `current-password`. */
  autocomplete: string;
  value?: string;
  hint?: ComponentChildren;
  /** What is wrong with the value; the field is then marked and described by it. */
  error?: string | null;
  /** Wrong together with others, as the summary says: marked, without words of its own. */
  invalid?: boolean;
  /** The field that the keyboard starts in: the first wrong one, else the first. */
  focus?: boolean;
  /** Which keys a phone offers. */
  inputMode?: "numeric";
  minLength?: number;
  maxLength?: number;
}

/** A labelled text field with its hint and its fault. 44 px high: account pages are used on phones. */
export function Field(props: FieldProps) {
  const { name, label, type = "text", error } = props;
  const hint = error ? undefined : props.hint; // the fault says the same, with what is wrong
  const described = error ? `${name}-error` : hint ? `${name}-hint` : props.invalid ? FAULTS_ID : undefined;
  return (
    <div class="mt-4">
      <label class="mb-1.5 block text-list font-medium" for={name}>{label}</label>
      <input
        class="input h-11 w-full"
        id={name}
        name={name}
        type={type}
        autocomplete={props.autocomplete}
        autocapitalize="none"
        inputMode={props.inputMode}
        value={props.value}
        required
        minLength={props.minLength}
        maxLength={props.maxLength}
        autofocus={props.focus}
        aria-invalid={error || props.invalid ? "true" : undefined}
        aria-describedby={described}
      />
      {error && (
        <p class="mt-1.5 flex gap-1.5 text-xs text-error" id={`${name}-error`}>
          <Icon name="octagon" size={14} class="mt-px" />
          {error}
        </p>
      )}
      {hint && <p class="mt-1.5 text-xs text-muted" id={`${name}-hint`}>{hint}</p>}
    </div>
  );
}
