/** Numbers as Oracle prints them, and hashes. */

/** Plain decimal text without exponent or trailing zeros, at most 15 significant digits. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
  const short = String(Number(value.toPrecision(15)));
  if (!short.includes("e")) return short;
  return value.toFixed(20).replace(/\.?0+$/, "");
}

/**
 * TO_CHAR of a number by a format model of `9 0 , . G D $ FM S MI`.
 *
 * @throws {RangeError} on other elements
 */
export function numberByFormat(value: number, model: string): string {
  const upper = model.toUpperCase();
  const trim = upper.startsWith("FM");
  const body = trim ? upper.slice(2) : upper;
  if (!/^S?\$?[09,G]*(?:[.D][09]*)?(?:MI|S)?$/.test(body) || !/[09]/.test(body)) {
    throw new RangeError(`'${model}' is no number format known here`);
  }
  const [whole = "", part = ""] = body.replace(/[S$]|MI/g, "").split(/[.D]/);
  const places = part.length;
  const [digits = "0", decimals = ""] = Math.abs(value).toFixed(places).split(".");
  const slots = whole.replace(/[,G]/g, "");
  const bare = digits === "0" && !slots.includes("0") ? "" : digits;
  if (bare.length > slots.length) return "#".repeat(body.length + 1);
  const zeros = slots.includes("0") ? slots.length - slots.indexOf("0") : 0;
  const filled = bare.padStart(zeros, "0").padStart(slots.length, " ");
  let text = "";
  let at = 0;
  for (const sign of whole) {
    if (sign === "," || sign === "G") text += text.trim() === "" ? " " : ",";
    else text += filled[at++];
  }
  let tail = decimals;
  if (trim) {
    tail = tail.replace(
      /0+$/,
      (zeros) => "0".repeat(Math.max(0, part.lastIndexOf("0") + 1 - decimals.length + zeros.length)),
    );
  }
  if (places && (tail || !trim)) text += `.${tail}`;
  else if (places && trim) text += ".";
  if (body.includes("$")) text = text.replace(/^( *)/, "$1$$");
  const negative = value < 0;
  if (body.endsWith("MI")) text += negative ? "-" : " ";
  else if (body.endsWith("S")) text += negative ? "-" : "+";
  else text = text.replace(/^( *)/, `$1${negative ? "-" : body.startsWith("S") ? "+" : trim ? "" : " "}`);
  return trim ? text.trim() : text;
}

/** A 32-bit FNV-1a hash with a final scramble. */
export function hash(seed: number, values: unknown[]): number {
  let h = (2166136261 ^ seed) >>> 0;
  for (const value of values) {
    const text = String(value);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
    h = Math.imul(h ^ 31, 16777619);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h >>> 0;
}
