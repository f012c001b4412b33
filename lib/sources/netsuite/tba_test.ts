import assert from "node:assert/strict";
import { encode, queryOf, tbaSigner } from "./tba.ts";

const KEYS = {
  realm: "1234567_SB1",
  consumerKey: "1".repeat(62) + "aa",
  consumerSecret: "2".repeat(62) + "bb",
  tokenId: "3".repeat(62) + "cc",
  tokenSecret: "4".repeat(62) + "dd",
};
const HOST = "https://1234567-sb1.suitetalk.api.netsuite.com";

function signatureOf(header: string): string {
  return decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)![1]!);
}

const vectors = [
  {
    name: "A: SuiteQL page",
    keys: KEYS,
    method: "POST",
    url: `${HOST}/services/rest/query/v1/suiteql?limit=1000&offset=0`,
    nonce: "Nonce0000000000000001",
    timestamp: 1760000000,
    signature: "OTUAAqUP/p1mIAImgvJ/ePHgNlX06RnDok8sAXs4IW0=",
  },
  {
    name: "B: query with quotes, umlaut and reserved signs",
    keys: KEYS,
    method: "GET",
    url: `${HOST}/services/rest/record/v1/customer` +
      queryOf({ q: `companyName CONTAIN "O'Neil & Co (Zürich)*!"`, limit: 5 }),
    nonce: "Nonce0000000000000002",
    timestamp: 1760000001,
    signature: "dyrv6tFMEOJVGUW4uKRuX0f5MdVzSC3vf0JpYPq88DQ=",
  },
  {
    name: "C: external id in the path",
    keys: KEYS,
    method: "PATCH",
    url: `${HOST}/services/rest/record/v1/salesOrder/eid:WEB-1001?replace=item`,
    nonce: "Nonce0000000000000003",
    timestamp: 1760000002,
    signature: "2KziT1cjVW3hlEwf0jGjXJvv512DFzojEhcsu+eUW88=",
  },
  {
    name: "D: the example of NetSuite's help",
    keys: {
      realm: "123456",
      consumerKey: "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
      consumerSecret: "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
      tokenId: "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
      tokenSecret: "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    },
    method: "GET",
    url: "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40",
    nonce: "fjaLirsIcCGVZWzBX0pg",
    timestamp: 1508242306,
    signature: "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY=",
  },
];

for (const vector of vectors) {
  Deno.test(`tbaSigner signs vector ${vector.name}`, () => {
    const sign = tbaSigner(vector.keys, { nonce: () => vector.nonce, timestamp: () => vector.timestamp });
    assert.equal(signatureOf(sign(vector.method, vector.url)), vector.signature);
  });
}

Deno.test("tbaSigner writes the header as NetSuite wants it", () => {
  const sign = tbaSigner(KEYS, { nonce: () => "Nonce0000000000000001", timestamp: () => 1760000000 });
  const header = sign("POST", vectors[0]!.url);
  assert.match(header, /^OAuth realm="1234567_SB1"/);
  for (const part of ['oauth_version="1.0"', 'oauth_signature_method="HMAC-SHA256"', 'oauth_timestamp="1760000000"']) {
    assert.ok(header.includes(part), `${part} is missing in ${header}`);
  }
  assert.ok(header.includes('oauth_signature="OTUAAqUP%2Fp1mIAImgvJ%2FePHgNlX06RnDok8sAXs4IW0%3D"'));
  assert.ok(!header.includes(KEYS.consumerSecret) && !header.includes(KEYS.tokenSecret));
});

Deno.test("tbaSigner never uses a nonce twice", () => {
  const sign = tbaSigner(KEYS);
  const nonces = Array.from({ length: 200 }, () => /oauth_nonce="([A-Za-z0-9]{20})"/.exec(sign("GET", HOST))![1]);
  assert.equal(new Set(nonces).size, 200);
});

Deno.test("queryOf encodes spaces as %20 and the signs that encodeURIComponent leaves", () => {
  assert.equal(queryOf({ "a b": "c+d e*" }), "?a%20b=c%2Bd%20e%2A");
  assert.equal(queryOf({}), "");
  assert.equal(encode("!'()*~-._"), "%21%27%28%29%2A~-._");
});
