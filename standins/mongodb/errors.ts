import type { Value } from "./bson.ts";

/** Codes that this server answers with, and the names that MongoDB gives them. */
const CODE_NAMES: Record<number, string> = {
  1: "InternalError",
  2: "BadValue",
  9: "FailedToParse",
  14: "TypeMismatch",
  15: "Overflow",
  17: "ProtocolError",
  20: "IllegalOperation",
  22: "InvalidBSON",
  26: "NamespaceNotFound",
  27: "IndexNotFound",
  28: "PathNotViable",
  40: "ConflictingUpdateOperators",
  43: "CursorNotFound",
  48: "NamespaceExists",
  50: "MaxTimeMSExpired",
  52: "DollarPrefixedFieldName",
  53: "InvalidIdField",
  54: "NotSingleValueField",
  56: "EmptyFieldName",
  59: "CommandNotFound",
  66: "ImmutableField",
  67: "CannotCreateIndex",
  72: "InvalidOptions",
  73: "InvalidNamespace",
  85: "IndexOptionsConflict",
  86: "IndexKeySpecsConflict",
  115: "CommandNotSupported",
  121: "DocumentValidationFailure",
  197: "InvalidIndexSpecificationOption",
  241: "ConversionFailure",
  10334: "BSONObjectTooLarge",
  11000: "DuplicateKey",
};

/** An error that a client gets as MongoDB would send it: a numeric code, its name, a sentence, and fields of its own. */
export class MongoError extends Error {
  override name = "MongoError";
  constructor(readonly code: number, message: string, readonly extra: Record<string, Value> = {}) {
    super(message);
  }

  get codeName(): string {
    return CODE_NAMES[this.code] ?? `Location${this.code}`;
  }
}

/** Throws the given error. For places where the language wants an expression. */
export function fail(code: number, message: string, extra?: Record<string, Value>): never {
  throw new MongoError(code, message, extra);
}
