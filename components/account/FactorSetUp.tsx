import type { FactorKey } from "../../lib/access/mod.ts";
import { Button } from "../Button.tsx";
import { CodeField } from "./CodeField.tsx";
import { Field } from "./Field.tsx";
import { QrCode } from "./QrCode.tsx";

/** The first step of the set-up: who has a password gives it once more. */
export function BeginForm({ email, hasPassword, error }: { email: string; hasPassword: boolean; error?: string }) {
  return (
    <form method="post" action="/account/second-factor">
      <input type="hidden" name="email" autocomplete="username" value={email} />
      {hasPassword && (
        <Field
          name="password"
          label="Your password"
          type="password"
          autocomplete="current-password"
          error={error}
          focus
        />
      )}
      <Button look="primary" class="mt-6 h-11 w-full text-sm" name="act" value="begin">Show the key</Button>
    </form>
  );
}

/** The second step: the key, for the eye of the device and for its keyboard, and the code that proves it was taken up. */
export function ConfirmForm({ factor, error }: { factor: FactorKey; error?: string }) {
  return (
    <>
      <div class="mt-5">
        <QrCode text={factor.uri} label="QR code with the key, for your authenticator app" />
      </div>
      <p class="mt-4 text-list text-muted">Scan it with the app, or type the key there:</p>
      <p class="mt-1.5 font-mono text-list break-words select-all" id="key">{factor.text}</p>
      <form method="post" action="/account/second-factor">
        <CodeField error={error} focus={error !== undefined} />
        <Button look="primary" class="mt-6 h-11 w-full text-sm" name="act" value="confirm">Confirm</Button>
      </form>
    </>
  );
}
