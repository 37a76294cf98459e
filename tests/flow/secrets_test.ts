import assert from "node:assert/strict";
import { walkFiles } from "../suites/walk_files.ts";
import { type RunningServer, startServer } from "./program.ts";

/** What is planted, by the place that it is planted in; none of these may come out anywhere. */
const planted = {
  adminPassword: "planted-admin-word-4471",
  rootKey: "planted-root-key-0123456789-abcdefghij",
  tokenKey: "planted-token-key-0123456789-abcdefghij",
  mailPassword: "planted-mail-word-8823",
  typedPassword: "planted-typed-word-1190",
  typedPin: "73915264",
  linkInAddress: "planted-link-QmVyZ2hvdA",
  bearer: "ciq_plantedbearer0123456789",
  cookie: "planted-cookie-55120987",
  override: "planted-override-66310",
  nestedOverride: "planted-profile-90218",
  brokenBody: "planted-body-28841",
  socketWord: "planted-socket-17755",
} as const;

/** A running server and everything that was seen of it. */
class Watched {
  readonly server: RunningServer;
  /** Place → what it showed. */
  readonly seen = new Map<string, string>();
  /** The owner's cookie. */
  cookie = "";

  constructor(server: RunningServer) {
    this.server = server;
  }

  async ask(
    path: string,
    { method = "GET", body, headers = {}, type = "application/json" }: {
      readonly method?: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly type?: string;
    } = {},
  ): Promise<Response> {
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(`${this.server.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(this.cookie === "" ? {} : { cookie: this.cookie }),
        ...(text === undefined ? {} : { "content-type": type }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const shown = await response.clone().text();
    this.seen.set(`${method} ${path.split("?")[0]} ${this.seen.size}`, `${shown}\n${[...response.headers].join("\n")}`);
    return response;
  }

  /** The first messages of every topic, and what comes back for a word that is none. */
  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    // The runtime takes headers where a browser takes protocols.
    const options = { headers: { cookie: this.cookie } } as unknown as string[];
    const socket = new WebSocket(`${this.server.url.replace("http", "ws")}/ws`, options);
    const topics = ["entities", "database", "coach", "can", "health", "notifications"];
    const messages: string[] = [];
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "subscribe", topics }));
      socket.send(JSON.stringify({ type: planted.socketWord, topics: [planted.socketWord] }));
      socket.send(`{"${planted.socketWord}`);
    };
    socket.onmessage = ({ data }) => {
      messages.push(String(data));
      if (messages.some((message) => message.includes('"can"')) && messages.length > 4) socket.close();
    };
    socket.onclose = () => resolve();
    socket.onerror = () => resolve();
    await promise;
    assert.ok(messages.length > 0);
    // What cannot be understood is said again to whoever sent it, and to nobody else.
    this.seen.set("/ws", messages.join("\n").replaceAll(planted.socketWord, ""));
  }

  /** Fails with the places where one of these words stands. */
  mustNotShow(words: Readonly<Record<string, string>>): void {
    const found = [...this.seen].flatMap(([place, text]) =>
      Object.entries(words).flatMap(([name, word]) => text.includes(word) ? `${name} in ${place}` : [])
    );
    assert.deepEqual(found, []);
  }
}

async function start(dataDir: string): Promise<RunningServer> {
  await Deno.mkdir(`${dataDir}/config`);
  await Deno.mkdir(`${dataDir}/secrets`);
  await Deno.writeTextFile(`${dataDir}/config/system.toml`, '[logging]\nfile = "coachiq.log"\n');
  const file = async (name: string, text: string) => {
    await Deno.writeTextFile(`${dataDir}/secrets/${name}`, `${text}\n`, { mode: 0o600 });
    return `${dataDir}/secrets/${name}`;
  };
  return await startServer(
    ["--can", "sim", "--profile", "custom", "--data-dir", dataDir, "--log-level", "debug"],
    {
      env: {
        // As under systemd: what stands there is what the journal gets.
        JOURNAL_STREAM: "8:1234",
        COACHIQ_AUTH__ADMIN_USERNAME: "anna",
        COACHIQ_AUTH__ADMIN_PASSWORD_FILE: await file("admin", planted.adminPassword),
        COACHIQ_SECURITY__SECRET_KEY_FILE: await file("root", planted.rootKey),
        COACHIQ_AUTH__JWT_SECRET: planted.tokenKey,
        COACHIQ_NOTIFICATIONS__SMTP__PASSWORD: planted.mailPassword,
      },
    },
  );
}

/** Everything that a person may type or send in a wrong place. */
async function plant(watched: Watched): Promise<void> {
  const ask = watched.ask.bind(watched);
  const post = (path: string, body: unknown) => ask(path, { method: "POST", body });
  await post("/api/auth/sign-in", { username: "anna", password: planted.typedPassword });
  await post("/api/auth/sign-in", { username: planted.typedPassword, password: planted.typedPassword });
  await post("/api/auth/sign-in", { username: "anna", pin: planted.typedPin });
  await post("/api/auth/sign-in", { link: planted.linkInAddress });
  await post("/api/auth/grant", { refreshToken: planted.bearer });
  await post("/api/auth/set-up", { code: planted.typedPin, account: { name: "x", username: "x", password: "y" } });
  for (const path of ["/sign-in", "/", "/api/entities", "/api/config", "/nowhere"]) {
    await ask(`${path}?link=${planted.linkInAddress}&token=${planted.bearer}`, {
      headers: { authorization: `Bearer ${planted.bearer}`, cookie: `coachiq=${planted.cookie}` },
    });
  }
  await ask("/api/config/overrides", {
    method: "PUT",
    body: { values: { "auth.jwt_secret": planted.override, "features.notifications.smtp.password": planted.override } },
  });
  const overrides = { "auth.admin_password": planted.nestedOverride };
  await ask("/api/config/profiles/sly", { method: "PUT", body: { overrides } });
  const toml = `name = "sly"\n[overrides.auth]\nsecret_key = "${planted.nestedOverride}"\n`;
  await ask("/api/config/profiles/import", { method: "POST", body: toml, type: "application/toml" });
  for (const path of ["/api/auth/sign-in", "/api/config/overrides", "/api/database/update", "/api/coach/patch"]) {
    await post(path, `{"password": "${planted.brokenBody}`);
  }
  await ask("/api/features/mqtt", { method: "PUT", body: { password: planted.brokenBody } });
}

/** Every place that shows something. */
async function look(watched: Watched): Promise<void> {
  for (
    const path of [
      "/api/system/log?limit=2000",
      "/api/system/log/file",
      "/api/system/log/levels",
      "/api/system/diagnostics",
      "/api/safety/audit?limit=200",
      "/api/safety/alerts?cleared=true",
      "/api/config",
      "/api/config/profiles",
      "/api/config/backups",
      "/api/features",
      "/api/database/status",
      "/api/database/history",
      "/api/auth/me",
      "/api/auth/accounts",
      "/api/auth/sessions",
      "/api/auth/tokens",
      "/api/openapi.json",
      "/health",
      "/metrics",
    ]
  ) strictOk(await watched.ask(path), path);
  for (
    const path of [
      "",
      "/system",
      "/system/log",
      "/system/changes",
      "/configuration",
      "/profiles",
      "/people",
      "/database",
    ]
  ) strictOk(await watched.ask(`/settings${path}`, { headers: { accept: "text/html" } }), path);
}

function strictOk(response: Response, path: string): void {
  assert.equal(response.status, 200, path);
}

Deno.test("no secret leaves the running program by any way, wherever it was planted", async () => {
  const dataDir = await Deno.makeTempDir();
  const server = await start(dataDir);
  const watched = new Watched(server);
  await plant(watched);
  const signedIn = await fetch(`${server.url}/api/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "anna", password: planted.adminPassword }),
  });
  assert.equal(signedIn.status, 200, await signedIn.text());
  watched.cookie = signedIn.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  const body = JSON.stringify({ name: "panel", scope: "look" });
  const headers = { "content-type": "application/json", cookie: watched.cookie };
  const made = await fetch(`${server.url}/api/auth/tokens`, { method: "POST", headers, body });
  const { text: token }: { text: string } = await made.json();
  const grantBody = JSON.stringify({ username: "anna", password: planted.adminPassword });
  const granted = await fetch(`${server.url}/api/auth/grant`, { method: "POST", headers, body: grantBody });
  const grant: { accessToken: string; refreshToken: string } = await granted.json();
  await plant(watched);
  await watched.listen();
  await look(watched);
  const audit = await (await watched.ask("/api/safety/audit?limit=200")).text();
  assert.match(audit, /Settings auth\.jwt_secret, features\.notifications\.smtp\.password: change/);
  assert.match(audit, /"outcome":"refused"/);
  assert.equal(await server.stop(), 0);
  const journal = await server.errors;
  assert.match(journal, /^<[3-7]>/m, "the journal's form");
  watched.seen.set("the journal", journal);
  for await (const path of walkFiles(dataDir)) {
    if (path.startsWith(`${dataDir}/secrets/`)) continue;
    // What is not text is searched byte by byte all the same.
    watched.seen.set(path, new TextDecoder("latin1").decode(await Deno.readFile(path)));
  }
  assert.ok(watched.seen.has(`${dataDir}/logs/coachiq.log`) && watched.seen.has(`${dataDir}/user/coachiq.db`));
  watched.mustNotShow({
    ...planted,
    sessionCookie: /=([^;]{16,})/.exec(watched.cookie)?.[1] ?? assert.fail("no cookie"),
    token,
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken,
  });
  await Deno.remove(dataDir, { recursive: true });
});
