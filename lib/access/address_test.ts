import assert from "node:assert/strict";
import { callerAddress, networkOf, peerOf } from "./address.ts";

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

Deno.test("networkOf: an IPv6 address counts with its whole network, in whatever spelling; an IPv4 address for itself", () => {
  const table: [address: string | null, network: string][] = [
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:cb00:7107", "203.0.113.7"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unix", "unknown"],
    [null, "unknown"],
  ];
  for (const [address, network] of table) assert.equal(networkOf(address), network, `${address}`);
});
