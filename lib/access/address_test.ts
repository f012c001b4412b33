import assert from "node:assert/strict";
import { callerAddress, peerOf } from "./address.ts";

const forwarded = (value: string) => new Headers({ "x-forwarded-for": value });

Deno.test("callerAddress believes the connection, not the header, unless a proxy is trusted", () => {
  assert.equal(callerAddress("198.51.100.7", forwarded("203.0.113.9"), false), "198.51.100.7");
  assert.equal(callerAddress(null, forwarded("203.0.113.9"), false), null);
});

Deno.test("callerAddress behind a proxy takes the entry that the proxy added: the last", () => {
  const table: [header: string, address: string][] = [
    ["203.0.113.9", "203.0.113.9"],
    ["1.1.1.1, 2.2.2.2, 203.0.113.9", "203.0.113.9"],
    ["203.0.113.9:51234", "203.0.113.9"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["", "198.51.100.7"],
  ];
  for (const [header, address] of table) {
    assert.equal(callerAddress("198.51.100.7", forwarded(header), true), address, header);
  }
  assert.equal(callerAddress("198.51.100.7", new Headers(), true), "198.51.100.7");
});

Deno.test("peerOf reads network connections only", () => {
  const completed = Promise.resolve();
  assert.equal(peerOf({ remoteAddr: { transport: "tcp", hostname: "::1", port: 5 }, completed }), "::1");
  assert.equal(
    peerOf({ remoteAddr: { transport: "unix", path: "/tmp/x" } as unknown as Deno.NetAddr, completed }),
    null,
  );
  assert.equal(peerOf(undefined), null);
});
