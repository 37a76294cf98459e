import { strictEqual } from "node:assert";
import fc from "fast-check";
import { localPath } from "./local_path.ts";

Deno.test("localPath() keeps a path of this site", () => {
  for (const path of ["/", "/can", "/entities/living_ceiling?range=day", "/settings/configuration#server.port"]) {
    strictEqual(localPath(path), path);
  }
});

Deno.test("localPath() is the coach for whatever could lead elsewhere, or round in circles", () => {
  const elsewhere = [
    null,
    "",
    "can",
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/can\\..\\..\\evil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "/can/..//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/sign-in",
    "/sign-in?to=/sign-in",
    "/set-up",
    `/${"a".repeat(600)}`,
  ];
  for (const path of elsewhere) strictEqual(localPath(path), "/", String(path));
});

Deno.test("localPath() never leaves the site, whatever it is given", () => {
  const piece = fc.constantFrom("/", "\\", ".", "..", "//", "@", ":", "evil.example", "\t", "\n", "%2f", "?", "#", "a");
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const url = new URL(localPath(pieces.join("")), "https://coach.example");
    strictEqual(url.origin, "https://coach.example");
  }));
});
