import type { ComponentChildren } from "preact";

export interface TextFieldProps {
  name: string;
  label: string;
  type?: "text" | "date" | "email" | "number" | "search";
  value?: string | number;
  hint?: ComponentChildren;
  required?: boolean;
  maxLength?: number;
  min?: number | string;
  max?: number | string;
  class?: string;
}

/** A labelled field of an admin form, at the height of the page's controls; 44 px on a phone. */
export function TextField({ name, label, hint, class: more = "", ...input }: TextFieldProps) {
  return (
    <label class={`flex flex-col gap-1 text-xs text-muted ${more}`}>
      {label}
      <input
        class="input w-full text-base-content max-sm:h-11"
        name={name}
        autocomplete="off"
        aria-describedby={hint ? `${name}-hint` : undefined}
        {...input}
        type={input.type ?? "text"}
      />
      {hint && <span id={`${name}-hint`}>{hint}</span>}
    </label>
  );
}

/** A labelled choice of an admin form. */
export function ChoiceField({ name, label, value, options, class: more = "" }: {
  name: string;
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  class?: string;
}) {
  return (
    <label class={`flex flex-col gap-1 text-xs text-muted ${more}`}>
      {label}
      <select class="select w-full text-base-content max-sm:h-11" name={name}>
        {options.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === value}>{one.label}</option>
        ))}
      </select>
    </label>
  );
}
