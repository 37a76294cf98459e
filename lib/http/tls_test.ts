import { match, ok, strictEqual, throws } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { hasOpenssl, testCertificate } from "../../tests/fixtures/test_certificate.ts";
import { silentLogger } from "../base/mod.ts";
import { WebServer } from "./server.ts";

const ignore = !hasOpenssl();
const skipped = ignore ? " (skipped: openssl is not installed)" : "";

function server(tls: { readonly certificate: string; readonly key: string } | undefined): WebServer {
  const app = testApp();
  const options = { hostname: "127.0.0.1", port: 0, logger: silentLogger, ...(tls ? { tls } : {}) };
  return new WebServer(app, options);
}

/** Asks for a socket as a browser does, by HTTP/1.1; answers how the answer begins. */
async function upgrade(
  { port, tls, host }: { readonly port: number; readonly tls: { readonly certificate: string }; readonly host: string },
): Promise<string> {
  const hostname = "127.0.0.1";
  const socket = await Deno.connectTls({ hostname, port, caCerts: [tls.certificate], alpnProtocols: ["http/1.1"] });
  const lines = ["GET /ws HTTP/1.1", `Host: ${host}`, "Upgrade: websocket", "Connection: Upgrade"];
  const key = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
  await socket.write(new TextEncoder().encode(`${[...lines, ...key].join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(512);
  const count = await socket.read(buffer) ?? 0;
  socket.close();
  return new TextDecoder().decode(buffer.subarray(0, count));
}

async function inFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: `WebServer speaks TLS with a given certificate, HTTP/2 and sockets, and asks browsers to stay${skipped}`,
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const tls = testCertificate(folder);
      const one = server(tls);
      const { url, port } = one.start();
      strictEqual(url, `https://127.0.0.1:${port}`);
      const client = Deno.createHttpClient({ caCerts: [tls.certificate] });
      try {
        const response = await fetch(`${url}/healthz`, { client });
        strictEqual(await response.text(), "ok");
        const own = { method: "POST", client, headers: { origin: url } };
        strictEqual((await (await fetch(`${url}/api/database/backups`, own)).json()).status, undefined);
        const foreign = { ...own, headers: { origin: "https://evil.example" } };
        strictEqual((await (await fetch(`${url}/api/database/backups`, foreign)).json()).status, 403);
        match(response.headers.get("strict-transport-security") ?? "", /^max-age=\d+$/);
        match(await upgrade({ port, tls, host: `127.0.0.1:${port}` }), /^HTTP\/1\.1 101 /);
        match(await upgrade({ port, tls, host: "evil.example" }), /^HTTP\/1\.1 421 /);
      } finally {
        client.close();
        await one.stop();
      }
    }),
});

Deno.test("WebServer without TLS asks nobody to stay with TLS", async () => {
  const one = server(undefined);
  const { url } = one.start();
  const response = await fetch(`${url}/healthz`);
  await response.body?.cancel();
  strictEqual(response.headers.get("strict-transport-security"), null);
  await one.stop();
});

Deno.test({
  name: `WebServer says in one sentence that a certificate cannot be used${skipped}`,
  ignore,
  fn: () =>
    inFolder((folder) => {
      const good = testCertificate(folder);
      const other = testCertificate(folder);
      const broken = [
        { ...good, key: other.key },
        { ...good, certificate: "no certificate" },
        { ...good, key: "no key" },
        { ...good, key: "" },
        { certificate: good.key, key: good.certificate },
      ];
      for (const tls of broken) {
        throws(() => server(tls).start(), (error: Error) => {
          match(
            error.message,
            /^Cannot serve HTTPS: the certificate and the key cannot be used \(.+\), expected server\.tls/,
          );
          ok(!error.message.includes("\n"));
          ok(!error.message.includes("PRIVATE KEY"));
          return true;
        });
      }
    }),
});
