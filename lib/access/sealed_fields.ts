import type { Document } from "mongodb";
import { flowPlace, OIDC_FLOWS } from "./oidc/flows.ts";
import { factorPlace, pendingPlace, SECOND_FACTORS } from "./second_factor/factor_store.ts";

/** A field of a collection that holds a sealed text. */
export interface SealedField {
  collection: string;
  /** Its path, with dots. */
  path: string;
  /** What the text is sealed to, see `Secrets.seal`. */
  placeOf(document: Document): string;
}

/**
 * Every field that holds a sealed text: what `deno task secrets rotate` brings under a new `APP_SECRET`. A new sealed field
 * is one line here.
 */
export const SEALED_FIELDS: readonly SealedField[] = [
  { collection: SECOND_FACTORS, path: "secret", placeOf: ({ _id }) => factorPlace(String(_id)) },
  { collection: SECOND_FACTORS, path: "pending.secret", placeOf: ({ _id }) => pendingPlace(String(_id)) },
  { collection: OIDC_FLOWS, path: "sealed", placeOf: ({ _id }) => flowPlace(String(_id)) },
];

/** True for a text that is sealed, under whichever algorithm and key. */
export function isSealed(text: string): boolean {
  return /^A\d{3}[A-Z]+\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22,}$/.test(text);
}
