import type { OidcRefusal } from "../../lib/access/mod.ts";
import { LinkButton } from "../Button.tsx";
import { AccountPage } from "./AccountPage.tsx";

/** The page of a sign-in by the provider that did not come about: what is missing, and the ways on from here. */
export function ProviderRefusal({ refusal, label }: { refusal: OidcRefusal; label: string }) {
  return (
    <AccountPage title="You are not signed in" lead={<span role="alert">{refusal.message}</span>}>
      <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href="/sign-in/oidc">
        Try again with {label}
      </LinkButton>
      <p class="mt-4 flex flex-wrap justify-center gap-x-4 gap-y-2 text-list">
        <a class="go" href="/sign-in/oidc?other=1">Use another account there</a>
        <a class="go" href="/sign-in">Sign in with a password</a>
      </p>
    </AccountPage>
  );
}
