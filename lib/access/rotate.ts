import type { Document } from "mongodb";
import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import { SEALED_FIELDS, type SealedField } from "./sealed_fields.ts";
import type { Secrets } from "./secrets.ts";

/** What became of the sealed texts of one field. */
export interface FieldRotation {
  collection: string;
  path: string;
  /** Under the old secret; now under the present one (in a dry run: they would be). */
  resealed: number;
  /** Under the present secret before. */
  present: number;
  /** Changed by somebody else meanwhile: under the present secret already, as that is what seals. */
  overtaken: number;
  /** Open with neither secret, or were altered; left as they are. */
  unopened: number;
}

/**
 * Seals everything that is under `APP_SECRET_OLD` anew under `APP_SECRET`. Each text is put in place of exactly the one that was
 * read, so that it can be stopped anywhere, run beside the program, and run again.
 *
 * @param isDry true: looks and counts, and writes nothing
 */
export async function rotateSecrets(
  store: Store,
  secrets: Secrets,
  isDry: boolean,
  fields: readonly SealedField[] = SEALED_FIELDS,
): Promise<FieldRotation[]> {
  const done: FieldRotation[] = [];
  for (const field of fields) done.push(await rotateField(store, secrets, isDry, field));
  return done;
}

async function rotateField(store: Store, secrets: Secrets, isDry: boolean, field: SealedField): Promise<FieldRotation> {
  const { collection: name, path, placeOf } = field;
  const counts: FieldRotation = { collection: name, path, resealed: 0, present: 0, overtaken: 0, unopened: 0 };
  const collection = store.collection<Document>(name);
  for await (const document of collection.find({ [path]: { $type: "string" } }, { sort: { _id: 1 } })) {
    const sealed = valueAt(document, path);
    try {
      const next = secrets.reseal(sealed, placeOf(document));
      if (next === null) counts.present++;
      else if (isDry) counts.resealed++;
      else {
        const same = { _id: document._id, [path]: sealed };
        const { modifiedCount } = await collection.updateOne(same, { $set: { [path]: next } });
        if (modifiedCount === 1) counts.resealed++;
        else counts.overtaken++;
      }
    } catch (error) {
      if (!(error instanceof AppError && error.code.startsWith("secret_"))) throw error;
      counts.unopened++;
    }
  }
  return counts;
}

function valueAt(document: Document, path: string): string {
  return path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], document) as string;
}
