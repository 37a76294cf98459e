import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { FakeAccounts } from "../../tests/fixtures/fake_accounts.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";
import { FakeSystemServices } from "../../tests/fixtures/fake_system_services.ts";
import { routes } from "../../routes/mod.ts";
import { accessTable } from "./access_table.ts";
import { newRouter } from "./request_checks.ts";
import type { ApiContext, RequestOrigin } from "./route.ts";

const host = "127.0.0.1:8080";
const people = ["nobody", "guest", "family", "owner", "expired", "revoked", "lookToken"] as const;

/** Who gets through to each kind of access; the others are turned away. */
const admitted = {
  anyone: people,
  look: ["guest", "family", "owner", "lookToken"],
  control: ["guest", "family", "owner"],
  inside: ["family", "owner", "lookToken"],
  owner: ["owner"],
} as const satisfies Record<string, readonly (typeof people)[number][]>;

function site(accounts = new FakeAccounts()) {
  return testApp({ accounts, system: new FakeSystemServices() });
}

function request(method: string, path: string, as: string, headers: Record<string, string> = {}): Request {
  const all = new Headers({ host, ...headers });
  if (as !== "nobody") all.set("cookie", `as=${as}`);
  const hasBody = method === "POST" || method === "PUT";
  if (hasBody) all.set("content-type", "application/json");
  return new Request(`http://${host}${path}`, { method, headers: all, ...(hasBody ? { body: "{}" } : {}) });
}

/** A path that the route takes; what it names need not be there. */
function example(path: string): string {
  return path.replaceAll(/:\w+\{\.\+\}/g, "entities/living_ceiling").replaceAll(/:\w+/g, "living_ceiling");
}

/** Method and path of every way in that the program has. */
function waysIn(): readonly string[] {
  const router = newRouter();
  for (const register of routes.api) register(router, {} as ApiContext);
  const api = router.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
  const pages = routes.pages.map(({ path }) => `GET ${path}`);
  return [...new Set([...api, ...pages, "GET /ws", "GET /api/openapi.json"])].sort();
}

Deno.test("accessTable has one row for every way in, and none for what is not there", () => {
  const rows = accessTable.map(([method, path]) => `${method} ${path}`);
  strictEqual(new Set(rows).size, rows.length, "no way in is written down twice");
  deepStrictEqual([...rows].sort(), waysIn());
});

for (const [method, path, needs] of accessTable) {
  Deno.test(`createApp(): ${method} ${path} needs "${needs}"`, async () => {
    const app = site();
    for (const as of people) {
      const response = await app.fetch(request(method, example(path), as), { remoteAddress: "10.0.0.7" });
      await response.body?.cancel();
      const isIn = (admitted[needs] as readonly string[]).includes(as);
      const turnedAway = as === "nobody" || as === "expired" || as === "revoked" ? 401 : 403;
      if (isIn) ok(![401, 403].includes(response.status), `${as} gets in, and not ${response.status}`);
      else strictEqual(response.status, turnedAway, `${as} is turned away`);
    }
    const foreign = await app.fetch(request(method, example(path), "owner", { origin: "https://evil.example" }));
    await foreign.body?.cancel();
    const changes = method !== "GET" || path === "/ws";
    strictEqual(foreign.status === 403, changes, "a foreign page changes nothing and opens no socket");
  });
}

Deno.test("createApp(): a way in that the table does not know is nobody's", async () => {
  const { authorize, entrances, identify } = await import("./authorization.ts");
  const router = newRouter();
  const entrance = () => entrances.signIn;
  router.use(identify(new FakeAccounts()), authorize({ entrance, wantsPage: () => false, table: [] }));
  router.get("/new", (c) => c.text("secret"));
  router.onError((error, c) => c.text(error.message, 500));
  const response = await router.fetch(request("GET", "/new", "owner"));
  strictEqual(response.status, 500);
  strictEqual(await response.text(), "Cannot do this with your account: ask the owner.");
});

Deno.test("createApp(): a browser that is not signed in is led to the entrance, and back afterwards", async () => {
  const accounts = new FakeAccounts();
  const app = site(accounts);
  const browse = async (path: string) => {
    const response = await app.fetch(request("GET", path, "nobody", { accept: "text/html" }));
    return [response.status, response.headers.get("location")];
  };
  deepStrictEqual(await browse("/"), [303, "/sign-in"]);
  deepStrictEqual(await browse("/can"), [303, "/sign-in?to=%2Fcan"]);
  accounts.hasOwner = false;
  deepStrictEqual(await browse("/can"), [303, "/set-up"]);
  const program = await app.fetch(request("GET", "/api/entities", "nobody"));
  strictEqual(program.headers.get("www-authenticate"), "Bearer");
  ok((await program.text()).includes("before CoachIQ is set up"));
});

Deno.test("createApp(): with a database older than accounts the network looks, and this machine may do all", async () => {
  const accounts = new FakeAccounts();
  accounts.isThere = false;
  const app = site(accounts);
  await onlyTheMachineChanges(app);
});

Deno.test("createApp(): without accounts whoever comes through a proxy looks, and this machine may do all", async () => {
  await onlyTheMachineChanges(testApp());
});

async function onlyTheMachineChanges(app: ReturnType<typeof testApp>): Promise<void> {
  const network = { remoteAddress: "10.0.0.7", isMachine: false };
  // A proxy on this machine that is not trusted: all of its clients have its address.
  for (const origin of [network, { remoteAddress: "127.0.0.1", isMachine: false }, { isMachine: undefined }]) {
    const ask = async (method: string, path: string) => {
      const response = await app.fetch(request(method, path, "nobody"), origin as RequestOrigin);
      return [response.status, await response.text()] as const;
    };
    strictEqual((await ask("GET", "/api/entities"))[0], 200);
    for (const path of ["/api/coach/undo/1", "/api/entities/living_ceiling/commands"]) {
      const [status, text] = await ask("POST", path);
      strictEqual(status, 403);
      ok(text.includes("on the machine itself"), text);
    }
  }
  const own = await app.fetch(request("POST", "/api/coach/undo/1", "nobody"), {
    remoteAddress: "127.0.0.1",
    isMachine: true,
  });
  await own.body?.cancel();
  ok(own.status !== 403);
}

Deno.test("createApp(): a guest sees and commands the entities of the account alone", async () => {
  const services = new FakeServices();
  const app = testApp({ accounts: new FakeAccounts(), system: new FakeSystemServices(), services });
  const get = async (path: string) => await app.fetch(request("GET", path, "guest"));
  const list: { id: string }[] = await (await get("/api/entities")).json();
  deepStrictEqual(list.map(({ id }) => id), ["living_ceiling"]);
  strictEqual((await get("/api/entities/living_ceiling")).status, 200);
  strictEqual((await get("/api/entities/tank_fresh")).status, 404);
  strictEqual((await get("/api/entities/tank_fresh/history?signal=levelPct")).status, 404);
  const page = await (await get("/")).text();
  ok(page.includes("living_ceiling") && !page.includes("tank_fresh"));
  const command = (id: string) =>
    app.fetch(
      new Request(`http://${host}/api/entities/${id}/commands`, {
        method: "POST",
        headers: { host, cookie: "as=guest", "content-type": "application/json" },
        body: JSON.stringify({ command: "turnOn", parked: true }),
      }),
    );
  strictEqual((await command("living_ceiling")).status, 200);
  strictEqual(services.commands[0]?.parked, false, "that the coach is parked is not for a guest to say");
  strictEqual((await command("tank_fresh")).status, 404);
});
