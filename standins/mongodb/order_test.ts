import assert from "node:assert/strict";
import { Binary, Decimal128, ObjectId } from "bson";
import { decode, doc, Double, Mask, Regex, validate, type Value } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { compare, keyOf, textOf } from "./order.ts";
import { type Num, Sum } from "./numbers.ts";
import { arithmetic } from "./numbers.ts";

const dec = (s: string) => Decimal128.fromString(s);
/** In MongoDB's order, from least to greatest; values of one inner list are equal. */
const ORDER: Value[][] = [
  [null],
  [NaN, dec("NaN")],
  [-Infinity, dec("-Infinity")],
  [dec("-1E+6000")],
  [-1e300],
  [-(2n ** 63n)],
  [-9007199254740993n, dec("-9007199254740993")],
  [-9007199254740992, -9007199254740992n],
  [dec("-1.5"), -1.5],
  [-1, new Double(-1), -1n, dec("-1.0")],
  [dec("-1E-6000")],
  [0, -0, 0n, dec("0"), dec("-0E+3")],
  [5e-324],
  [0.1],
  [dec("0.1000000000000000055511151231257828")],
  [1, new Double(1), 1n, dec("1.000")],
  [9007199254740992],
  [9007199254740993n],
  [dec("9007199254740993.5")],
  [9007199254740994],
  [2n ** 63n - 1n],
  [2 ** 63],
  [1e308],
  [dec("1E+6000")],
  [Infinity],
  [""],
  ["a"],
  ["a\u0000"],
  ["a\u0000b"],
  ["ab"],
  ["é"],
  ["\uffee"],
  ["𝄞"],
  [doc({})],
  [doc({ b: null })],
  [doc({ a: 1 }), doc({ a: new Double(1) })],
  [doc({ a: 1, b: 0 })],
  [doc({ a: "x" })],
  [[]],
  [[1]],
  [[1, 2]],
  [["a"]],
  [new Binary(new Uint8Array([9]))],
  [new Binary(new Uint8Array([1, 1]))],
  [new Binary(new Uint8Array([1, 1]), 4)],
  [new ObjectId("000000000000000000000001")],
  [new ObjectId("ff0000000000000000000001")],
  [false],
  [true],
  [new Date(-5)],
  [new Date(5)],
  [new Regex("a", "")],
  [new Regex("a", "i")],
];

const byBytes = (a: Uint8Array, b: Uint8Array) => textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0;

Deno.test("compare and keyOf put all types and numbers in MongoDB's order", () => {
  const flat = ORDER.flatMap((equal, at) => equal.map((v) => ({ v, at })));
  for (const a of flat) {
    for (const b of flat) {
      const want = Math.sign(a.at - b.at), about = `#${a.at} and #${b.at}`;
      assert.equal(Math.sign(compare(a.v, b.v)), want, `compare ${about}`);
      assert.equal(byBytes(keyOf([a.v]), keyOf([b.v])), want, `keys of ${about}`);
      assert.equal(
        byBytes(keyOf([a.v, 5], [true]), keyOf([b.v, 5], [true])),
        -want || 0,
        `descending keys of ${about}`,
      );
      assert.equal(byBytes(keyOf([a.v, 1]), keyOf([b.v, 2])), want || -1, `compound keys of ${about}`);
    }
  }
});

Deno.test("decode gives back what encode wrote, also field by field", () => {
  const value = doc({});
  ORDER.forEach(([v], i) => value.set(`f${i}`, v!));
  value.set("deep", doc({ list: [doc({ x: 1, y: "no" }), doc({ y: 2 }), 7], other: "long ".repeat(20) }));
  const bytes = encode(value);
  validate(bytes);
  assert.deepEqual(encode(decode(bytes)), bytes);
  assert.deepEqual(encode(decode(bytes, null, 0, true)), bytes, "with nested values left as they are");
  const few = decode(bytes, Mask.of(["f12", "deep.list.x", "absent"]));
  assert.deepEqual([...few.keys()], ["f12", "deep"]);
  assert.deepEqual(few.get("deep"), doc({ list: [doc({ x: 1 }), doc({}), 7] }));
});

Deno.test("validate refuses what is cut, overlong or of an unknown type", () => {
  const bytes = encode(doc({ a: "text", b: doc({ c: 1 }) }));
  for (let cut = 1; cut < bytes.length; cut++) assert.throws(() => validate(bytes.slice(0, cut)), `cut to ${cut}`);
  for (let i = 0; i < bytes.length; i++) {
    const broken = bytes.slice();
    broken[i] = broken[i]! ^ 0x55;
    try {
      validate(broken); // some changes leave a well-formed document: then it must be readable
      decode(broken);
    } catch (error) {
      assert.ok("code" in (error as object), `byte ${i}: ${error}`);
    }
  }
});

Deno.test("sums are exact and grow from int32 to int64 to double", () => {
  const sum = (...values: Value[]) => {
    const s = new Sum();
    values.forEach((v) => s.add(v));
    return s.value();
  };
  assert.equal(sum(2147483647, 1), 2147483648n);
  assert.equal(sum(1, 2), 3);
  assert.deepEqual(sum(1, new Double(2)), new Double(3));
  assert.equal(sum(1n, 2), 3n);
  assert.equal(sum(2n ** 63n - 1n, 1n), 2 ** 63);
  assert.equal(sum(0.1, 0.2, 0.3, -0.3, -0.2, 0.4), 0.5);
  assert.equal(sum(1e16, 1, -1e16, 0.5), 1.5);
  assert.equal(String(sum(1, dec("0.10"), 0.5)), "1.60");
  assert.equal(arithmetic("*", 2147483647, 2), 4294967294n);
  assert.deepEqual(arithmetic("/", 4, 2), new Double(2));
  assert.equal(String(arithmetic("/", dec("1") as Num, 3)), "0.3333333333333333333333333333333333");
});
