/** One command as it came in: its fields, read with the checks that MongoDB makes. */
import { decode, type Doc, isDoc, type Maybe, Raw, thaw, validate, type Value } from "./bson.ts";
import type { Engine } from "./engine.ts";
import { fail } from "./errors.ts";
import { newScope, type Scope } from "./expressions.ts";
import { isNum, toDouble, wholeNumber } from "./numbers.ts";
import { typeName } from "./types.ts";
import { truthy } from "./match.ts";

/** Fields that any command may have. Sessions are accepted; what a field promises beyond that is kept by every command anyway. */
// deno-fmt-ignore
const GENERIC = new Set(["$db", "lsid", "txnNumber", "$clusterTime", "$readPreference", "readConcern", "writeConcern", "maxTimeMS", "comment", "apiVersion", "apiStrict",
  "apiDeprecationErrors", "autocommit", "startTransaction", "allowDiskUse", "bypassDocumentValidation"]);

export class Request {
  /** Top-level fields; nested values are `Raw` until asked for. */
  readonly fields: Doc;
  readonly name: string;
  readonly db: string;

  constructor(
    readonly engine: Engine,
    body: Uint8Array,
    readonly sequences: Map<string, Uint8Array[]>,
    legacyDb = "admin",
  ) {
    validate(body);
    this.fields = decode(body, null, 0, true);
    this.name = this.fields.keys().next().value ?? fail(59, "no such command: ''");
    const db = this.fields.get("$db");
    this.db = typeof db === "string" ? db : legacyDb;
  }

  /** Refuses fields that this command does not have here. */
  allow(...names: string[]): this {
    for (const name of this.fields.keys()) {
      if (name !== this.name && !GENERIC.has(name) && !names.includes(name)) {
        fail(40415, `BSON field '${this.name}.${name}' is an unknown field.`);
      }
    }
    return this;
  }

  get(name: string): Maybe {
    const v = this.fields.get(name);
    return v === undefined ? undefined : thaw(v);
  }
  doc(name: string): Doc | undefined {
    const v = this.get(name);
    if (v === undefined || v === null || isDoc(v)) return v ?? undefined;
    return fail(14, `BSON field '${this.name}.${name}' is the wrong type '${typeName(v)}', expected type 'object'`);
  }
  flag(name: string): boolean {
    return truthy(this.fields.get(name));
  }
  /** A whole number that is not negative. */
  count(name: string, otherwise = 0): number {
    const v = this.fields.get(name);
    if (v === undefined || v === null) return otherwise;
    if (!isNum(v)) {
      return fail(
        14,
        `BSON field '${this.name}.${name}' is the wrong type '${
          typeName(v)
        }', expected types '[long, int, decimal, double]'`,
      );
    }
    const n = wholeNumber(v) ?? Math.trunc(toDouble(v));
    return n >= 0 ? n : fail(51024, `BSON field '${name}' value must be >= 0, actual value '${n}'`);
  }
  text(name: string): string {
    const v = this.fields.get(name);
    return typeof v === "string"
      ? v
      : fail(14, `BSON field '${this.name}.${name}' is the wrong type '${typeName(v)}', expected type 'string'`);
  }
  /** The collection that the command names. */
  collectionName(): string {
    const v = this.fields.get(this.name);
    if (typeof v !== "string") return fail(73, `collection name has invalid type ${typeName(v)}`);
    return v !== "" ? v : fail(73, `Invalid namespace specified '${this.db}.'`);
  }
  array(name: string): Value[] {
    const v = this.get(name);
    return Array.isArray(v) ? v : fail(
      v === undefined ? 40414 : 14,
      v === undefined
        ? `BSON field '${this.name}.${name}' is missing but a required field`
        : `BSON field '${this.name}.${name}' is the wrong type '${typeName(v)}', expected type 'array'`,
    );
  }

  /** The documents of a write, whether they came as a sequence beside the command or as an array in it. */
  documents(name: string): Uint8Array[] {
    const sequence = this.sequences.get(name);
    if (sequence) {
      sequence.forEach(validate);
      return sequence;
    }
    const v = this.fields.get(name);
    if (!(v instanceof Raw) || v.type !== 4) {
      return fail(40414, `BSON field '${this.name}.${name}' is missing but a required field`);
    }
    return (thaw(v, true) as Value[]).map((d) =>
      d instanceof Raw && d.type === 3
        ? d.bytes
        : fail(14, `BSON field '${this.name}.${name}' must hold documents only`)
    );
  }

  scope(): Scope {
    return newScope(this.engine.now());
  }
}
