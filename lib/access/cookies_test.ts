import assert from "node:assert/strict";
import { cookiesFor } from "./cookies.ts";

Deno.test("own cookies: __Host- and Secure over https, and only that name is read there; plain names over http", () => {
  const secure = cookiesFor(true), plain = cookiesFor(false);
  const rest = "Path=/; Max-Age=60; HttpOnly; SameSite=Lax";
  assert.equal(secure.set("theme", "dark", 60), `__Host-theme=dark; ${rest}; Secure`);
  assert.equal(plain.set("theme", "dark", 60), `theme=dark; ${rest}`);
  assert.match(secure.remove("theme"), /^__Host-theme=; Path=\/; Max-Age=0;/);
  const headers = new Headers({ cookie: "theme=forged; xtheme=no; __Host-theme=dark; rail=on" });
  assert.equal(secure.read("theme", headers), "dark");
  assert.equal(plain.read("theme", headers), "dark");
  assert.equal(plain.read("rail", headers), "on");
  assert.equal(secure.read("rail", headers), null);
  assert.equal(plain.read("rail", new Headers()), null);
});
