import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { FakeDatabase } from "../../tests/fixtures/fake_database.ts";
import { FakeServices } from "../../tests/fixtures/fake_services.ts";
import { deferred, ManualClock, silentLogger } from "../base/mod.ts";
import type { DatabaseStatusView } from "../wire/mod.ts";
import { LiveFeed } from "./live_feed.ts";

// deno-lint-ignore no-explicit-any -- messages are looked at as a phone would see them
type Message = any;

/** A phone whose network can be stopped. */
class FakeSocket {
  readonly readyState = 1;
  bufferedAmount = 0;
  readonly messages: Message[] = [];
  #wake: (() => void) | undefined;

  send(text: string): void {
    this.messages.push(JSON.parse(text));
    this.#wake?.();
  }

  close(): void {}

  get told(): Message[] {
    return this.messages.filter(({ topic }) => topic === "database");
  }

  async until(found: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const message = this.messages.find(found);
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function feedOf(database: FakeDatabase | undefined) {
  const clock = new ManualClock();
  const feed = new LiveFeed({
    services: new FakeServices(),
    ...(database ? { database } : {}),
    clock,
    logger: silentLogger,
    build: "build-1",
  });
  feed.start();
  const phone = () => {
    const socket = new FakeSocket();
    const client = feed.connect(socket);
    return { socket, say: (type: string) => feed.receive(client, JSON.stringify({ type, topics: ["database"] })) };
  };
  return { feed, clock, phone };
}

const isSnapshot = (message: Message) => message.topic === "database" && message.type === "snapshot";

Deno.test("LiveFeed sends the status of the database at once, and each step of a job to every phone", async () => {
  const database = new FakeDatabase();
  const { feed, phone } = feedOf(database);
  const [one, two] = [phone(), phone()];
  one.say("subscribe");
  two.say("subscribe");
  const first = await one.socket.until(isSnapshot);
  await two.socket.until(isSnapshot);
  strictEqual(first.seq, 0);
  strictEqual(first.data.status.needsUpdate, true);
  strictEqual(first.data.job, null);
  await database.update({ actor: "phone", confirm: true, parked: true });
  database.go({ step: "copy", percent: 45, message: "Copying." });
  for (const { socket } of [one, two]) {
    deepStrictEqual(socket.told.map(({ seq, type }) => [seq, type]), [[0, "snapshot"], [1, "change"], [2, "change"]]);
    strictEqual(socket.told[2].data.job.percent, 45);
  }
  feed.stop();
});

Deno.test("LiveFeed tells a phone that comes later of the job that runs", async () => {
  const database = new FakeDatabase();
  await database.update({ actor: "phone", confirm: true, parked: true });
  const { feed, phone } = feedOf(database);
  database.go({ step: "migrate", percent: 70, message: "Working." });
  const late = phone();
  late.say("subscribe");
  const { data } = await late.socket.until(isSnapshot);
  deepStrictEqual([data.job.kind, data.job.percent, data.status.runningJobId], ["update", 70, data.job.jobId]);
  feed.stop();
});

Deno.test("LiveFeed sends the snapshot first, and what was told during the look wins over it", async () => {
  const database = new FakeDatabase();
  const { feed, phone } = feedOf(database);
  const look = deferred<DatabaseStatusView>();
  const old = await database.status();
  database.status = () => look.promise;
  const one = phone();
  one.say("subscribe");
  await database.backup();
  deepStrictEqual(one.socket.told, []);
  look.resolve(old);
  const { data, seq } = await one.socket.until(isSnapshot);
  deepStrictEqual([seq, data.job.kind], [0, "backup"]);
  ok(data.status.runningJobId !== null);
  feed.stop();
});

Deno.test("LiveFeed gives a phone that was behind the latest of the database alone", async () => {
  const database = new FakeDatabase();
  const { feed, clock, phone } = feedOf(database);
  const one = phone();
  one.say("subscribe");
  await one.socket.until(isSnapshot);
  one.socket.bufferedAmount = 1_000_000;
  await database.backup();
  for (let percent = 1; percent <= 50; percent++) database.go({ percent });
  strictEqual(one.socket.told.length, 1);
  one.socket.bufferedAmount = 0;
  clock.advance(100);
  strictEqual(one.socket.told.length, 2);
  strictEqual(one.socket.told[1].data.job.percent, 50);
  feed.stop();
});

Deno.test("LiveFeed forgets a phone that left the topic while the storage was looked at", async () => {
  const database = new FakeDatabase();
  const { feed, phone } = feedOf(database);
  const look = deferred<DatabaseStatusView>();
  const status = await database.status();
  database.status = () => look.promise;
  const [one, two] = [phone(), phone()];
  one.say("subscribe");
  one.say("unsubscribe");
  two.say("subscribe");
  look.resolve(status);
  await two.socket.until(isSnapshot);
  deepStrictEqual(one.socket.told, []);
  feed.stop();
});

Deno.test("LiveFeed says so when the storage does not answer, and when there is none", async () => {
  const database = new FakeDatabase();
  database.status = () => Promise.reject(new Error("disk"));
  for (const [of, says] of [[database, /does not answer/], [undefined, /nothing is told of it/]] as const) {
    const { feed, phone } = feedOf(of);
    const one = phone();
    one.say("subscribe");
    match((await one.socket.until(({ type }) => type === "error")).detail, says);
    feed.stop();
  }
});
