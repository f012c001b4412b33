/** Why somebody was not let in by the provider: each has its sentence, and its status as a page. */
export type OidcReason =
  | "unknown_return"
  | "too_many"
  | "provider_away"
  | "provider_refused"
  | "bad_answer"
  | "no_email"
  | "email_unverified"
  | "no_account"
  | "other_identity"
  | "switched_off"
  | "no_role"
  | "unknown_role"
  | "last_admin";

/** A sign-in that did not come about, in words for the one who tried. */
export interface OidcRefusal {
  reason: OidcReason;
  /** What is missing and who can change it; nothing of the settings, the provider's answer or other people's accounts. */
  message: string;
  status: number;
  retryAfterSeconds?: number;
  /** Fixed words for the log, beside the reason; never a value that came from outside. */
  detail?: string;
}

/** Thrown inside of this folder only, and turned into an outcome at its door. */
export class OidcError extends Error {
  override name = "OidcError";
  /** @param detail fixed words for the log; never a token, a code or anything else that came from outside */
  constructor(readonly reason: OidcReason, readonly detail: string = reason) {
    super(`${reason}: ${detail}`);
  }
}

const STATUS: Record<OidcReason, number> = {
  unknown_return: 400,
  too_many: 429,
  provider_away: 503,
  provider_refused: 403,
  bad_answer: 502,
  no_email: 403,
  email_unverified: 403,
  no_account: 403,
  other_identity: 403,
  switched_off: 403,
  no_role: 403,
  unknown_role: 403,
  last_admin: 403,
};

/** The words of a refusal. @param label how people call the provider */
export function refusalOf(reason: OidcReason, label: string, detail?: string): OidcRefusal {
  return { reason, message: sentence(reason, label), status: STATUS[reason], ...(detail ? { detail } : {}) };
}

function sentence(reason: OidcReason, label: string): string {
  switch (reason) {
    case "unknown_return":
      return "This sign-in was not begun in this browser, has been used, or took longer than 10 minutes. Begin again.";
    case "too_many":
      return "Too many sign-ins were begun from your address. Wait a moment.";
    case "provider_away":
      return `${label} cannot be reached just now. Try again in a moment.`;
    case "provider_refused":
      return `${label} did not sign you in. Try again, or ask who looks after it.`;
    case "bad_answer":
      return `The answer of ${label} could not be trusted, so nobody was signed in. An admin finds the reason in the log.`;
    case "no_email":
      return `${label} did not tell your e-mail address, by which your account is found the first time. ` +
        "Ask who looks after it to let Tidemark have it.";
    case "email_unverified":
      return `${label} does not say that your e-mail address was checked, so no account is linked by it. ` +
        "Confirm the address there, or ask who looks after it.";
    case "no_account":
      return `No account here has the e-mail address that you have at ${label}. Ask an admin to invite you.`;
    case "other_identity":
      return `The account with your e-mail address belongs to another identity at ${label}. ` +
        "An admin can remove that link under Users.";
    case "switched_off":
      return "This account is switched off. An admin can switch it on again.";
    case "no_role":
      return `${label} gives you no group or role that opens Tidemark. Ask who looks after it to add you to one.`;
    case "unknown_role":
      return "The role that your group stands for does not exist here. Ask an admin to look at the settings.";
    case "last_admin":
      return `${label} no longer makes you an admin, but you are the last one here who can sign in. ` +
        "Somebody else must become an admin first.";
  }
}
