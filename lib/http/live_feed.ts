import type { Clock, Logger, Timer } from "../base/mod.ts";
import {
  type CanUpdate,
  type ClientMessage,
  type EntityChange,
  parseClientMessage,
  type ServerMessage,
  type Topic,
} from "../wire/mod.ts";
import type { AccountServices } from "./account_services.ts";
import { DatabaseTopic } from "./database_topic.ts";
import type { DatabaseServices } from "./database_services.ts";
import { defaultLimits, type FeedLimits, LiveClient, type LiveSocket } from "./live_client.ts";
import { HttpError } from "./problems.ts";
import { machineAt, may, type Principal, seesEntity, topicAccess } from "./principal.ts";
import { Seats } from "./seats.ts";
import type { HttpServices } from "./services.ts";

/** How often phones that are behind are looked after, ms. */
const flushEveryMs = 50;
/** Deno pings a socket that was silent for this long, and closes it when no answer comes, s. */
const idleTimeoutS = 30;
/** Longest time until the end of an access is looked at again: the wall clock may jump, ms. */
const lookEveryMs = 10_000;

/** Counters for the metrics page. */
export interface FeedStatus {
  readonly clients: number;
  readonly behind: number;
  /** Changes that were kept because a phone was behind. */
  readonly kept: number;
  readonly dropped: number;
}

/** Close code that tells the page to ask for a sign-in instead of connecting again. */
const signedOutCode = 4401;

/**
 * Everything that goes to phones by `/ws`. A change set becomes JSON once, whatever the number of phones; a phone that
 * cannot keep up gets the latest values later, and never holds back the bus or the other phones.
 */
export class LiveFeed {
  readonly #services: HttpServices;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: FeedLimits;
  readonly #build: string;
  readonly #topics: ReadonlySet<Topic>;
  readonly #database: DatabaseTopic | undefined;
  readonly #accounts: Pick<AccountServices, "isOutdated" | "onOutdated"> | undefined;
  readonly #clients = new Set<LiveClient>();
  /** Of clients whose access ends at a time of its own. */
  readonly #ends = new Map<LiveClient, Timer>();
  readonly #seats: Seats;
  #unsubscribe: (() => void) | undefined;
  #unwatch: (() => void) | undefined;
  #flushTimer: Timer | undefined;
  #kept = 0;
  #dropped = 0;

  constructor(options: {
    readonly services: HttpServices;
    readonly database?: DatabaseServices;
    /** Absent: nobody's access ends. */
    readonly accounts?: Pick<AccountServices, "isOutdated" | "onOutdated"> | undefined;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly build: string;
    readonly limits?: Partial<FeedLimits>;
    /** Default: all that the services and the database tell of. */
    readonly topics?: readonly Topic[];
  }) {
    this.#services = options.services;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#build = options.build;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#seats = new Seats(this.#limits);
    this.#topics = new Set(options.topics ?? ["entities", "coach", "health", "can", "database"]);
    this.#database = options.database && new DatabaseTopic(options.database);
    this.#accounts = options.accounts;
  }

  start(): void {
    this.#unsubscribe ??= this.#services.subscribe({
      onEntities: (changes) => this.#onEntities(changes),
      onCoach: () => this.#onCoach(),
      onCan: (update) => this.#onCan(update),
      onHealth: (health) => this.#broadcast("health", () => JSON.stringify(health)),
      wantsCan: () => this.#isWatched("can"),
    });
    this.#database?.start(() => this.#onDatabase());
    this.#unwatch ??= this.#accounts?.onOutdated((isOutdated) => {
      for (const client of this.#clients) if (isOutdated(client.principal)) this.#signOut(client);
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#database?.stop();
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    for (const client of this.#clients) {
      this.#forget(client);
      client.close(1001, "CoachIQ stops");
    }
  }

  status(): FeedStatus {
    const behind = [...this.#clients].filter((client) => client.isBehind).length;
    return { clients: this.#clients.size, behind, kept: this.#kept, dropped: this.#dropped };
  }

  /** Turns a request into a socket. The caller has checked host and origin. */
  upgrade(
    request: Request,
    { principal, isMachine = false }: { readonly principal: Principal; readonly isMachine?: boolean },
  ): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpError(426, { detail: "This address speaks WebSocket only.", headers: { upgrade: "websocket" } });
    }
    const seat = this.#seats.take(principal.address, { nowMs: this.#clock.monotonicMs(), isMachine });
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: idleTimeoutS });
    let client: LiveClient | undefined;
    socket.onopen = () => {
      seat.open();
      client = this.connect(socket, principal);
    };
    socket.onmessage = (event) => {
      if (client) this.receive(client, event.data);
    };
    socket.onclose = () => {
      seat.leave();
      if (client) this.#forget(client);
    };
    // A broken connection is followed by `close`, which is where it is handled.
    socket.onerror = () => {};
    return response;
  }

  /** Takes in a phone, unless its access ended since it asked. Public for tests that are a phone themselves. */
  connect(socket: LiveSocket, principal: Principal = machineAt("unknown")): LiveClient {
    const client = new LiveClient(socket, { limits: this.#limits, principal });
    this.#clients.add(client);
    if (this.#accounts?.isOutdated(principal)) this.#signOut(client);
    else this.#signOutAtEnd(client);
    if (this.#clients.has(client)) this.#say(client, { type: "hello", build: this.#build });
    return client;
  }

  /** Closes the socket of somebody who may no longer: signed out, revoked, expired. */
  #signOut(client: LiveClient): void {
    this.#forget(client);
    client.close(signedOutCode, "signed out");
  }

  #signOutAtEnd(client: LiveClient): void {
    const { expiresAtMs } = client.principal;
    if (expiresAtMs === undefined) return;
    const leftMs = expiresAtMs - this.#clock.wallMs();
    if (leftMs <= 0) return this.#signOut(client);
    this.#ends.set(client, this.#clock.after(Math.min(leftMs, lookEveryMs), () => this.#signOutAtEnd(client)));
  }

  #forget(client: LiveClient): void {
    this.#clients.delete(client);
    this.#ends.get(client)?.cancel();
    this.#ends.delete(client);
  }

  /** Handles one message of a phone; whatever it says, nothing throws. */
  receive(client: LiveClient, data: unknown): void {
    // What a dropped phone still had under way.
    if (!this.#clients.has(client)) return;
    if (!client.countMessage(this.#clock.monotonicMs())) return this.#drop(client, "too many messages");
    const message = typeof data === "string" && data.length <= this.#limits.messageChars
      ? parseClientMessage(data)
      : { type: "bad", detail: `Cannot read message: longer than ${this.#limits.messageChars} characters` } as const;
    if (message.type === "bad") {
      this.#say(client, { type: "error", detail: message.detail });
      if (!client.countMalformed()) this.#drop(client, "too many malformed messages");
    } else {
      this.#obey(client, message);
    }
  }

  #obey(client: LiveClient, message: ClientMessage): void {
    if (message.type === "ping") return this.#say(client, { type: "pong" });
    for (const topic of message.topics) {
      if (message.type === "unsubscribe") {
        client.unsubscribe(topic);
      } else if (!may(client.principal, topicAccess[topic])) {
        this.#say(client, { type: "error", detail: `Cannot subscribe to "${topic}" with your account: ask the owner` });
      } else if (!this.#isServed(topic)) {
        this.#say(client, { type: "error", detail: `Cannot subscribe to "${topic}": nothing is told of it` });
      } else {
        client.subscribe(topic);
        if (topic === "database") void this.#sendDatabase(client);
        else this.#sendOrKeep(client, { topic, type: "snapshot", json: () => this.#snapshot(topic, client) });
      }
    }
  }

  /** A look at the storage takes a moment; the phone may have gone or changed its mind by then. */
  async #sendDatabase(client: LiveClient): Promise<void> {
    try {
      await this.#database?.refresh();
    } catch (error) {
      this.#logger.error("Cannot tell a screen of the database", { error });
      client.unsubscribe("database");
      this.#say(client, { type: "error", detail: "Cannot tell of the database: it does not answer. Look at /health." });
      return;
    }
    if (!this.#clients.has(client) || !client.wants("database")) return;
    this.#sendOrKeep(client, { topic: "database", type: "snapshot", json: () => this.#snapshot("database", client) });
  }

  #onDatabase(): void {
    for (const client of this.#clients) {
      // The first message is the snapshot, which is on its way and will carry this.
      if (!client.wants("database") || !client.hasBegun("database")) continue;
      this.#sendOrKeep(client, { topic: "database", type: "change", json: () => this.#snapshot("database", client) });
    }
  }

  #onEntities(changes: readonly EntityChange[]): void {
    if (changes.length === 0) return;
    let json: string | undefined;
    for (const client of this.#clients) {
      if (!client.wants("entities")) continue;
      const seen = visible(changes, client.principal);
      if (seen.length === 0) continue;
      if (client.isBehind) {
        client.keepEntities(seen);
        this.#keep(seen.length);
      } else {
        const text = seen === changes ? json ??= JSON.stringify(changes) : JSON.stringify(seen);
        client.send("entities", { type: "change", json: text });
      }
    }
  }

  #onCan(update: CanUpdate): void {
    let json: string | undefined;
    for (const client of this.#clients) {
      if (!client.wants("can")) continue;
      if (client.isBehind) {
        client.keepCan(update);
        this.#keep(1);
      } else {
        client.send("can", { type: "change", json: json ??= JSON.stringify(update) });
      }
    }
  }

  #onCoach(): void {
    for (const client of this.#clients) {
      for (const topic of ["coach", "entities"] as const) {
        if (client.wants(topic)) {
          this.#sendOrKeep(client, { topic, type: "snapshot", json: () => this.#snapshot(topic, client) });
        }
      }
    }
  }

  #broadcast(topic: Topic, make: () => string): void {
    let json: string | undefined;
    for (const client of this.#clients) {
      if (client.wants(topic)) this.#sendOrKeep(client, { topic, type: "change", json: () => json ??= make() });
    }
  }

  #sendOrKeep(
    client: LiveClient,
    message: { readonly topic: Topic; readonly type: "snapshot" | "change"; readonly json: () => string },
  ): void {
    if (client.isBehind) {
      client.keepDue(message.topic, message.type);
      this.#keep(1);
    } else {
      client.send(message.topic, { type: message.type, json: message.json() });
    }
  }

  #keep(count: number): void {
    this.#kept += count;
    this.#flushTimer ??= this.#clock.every(flushEveryMs, () => this.#flush());
  }

  #flush(): void {
    let behind = 0;
    const nowMs = this.#clock.monotonicMs();
    for (const client of this.#clients) {
      const state = client.flush({ nowMs, snapshot: (topic) => this.#snapshot(topic, client) });
      if (state === "behind") behind++;
      if (state === "dead") this.#drop(client, "too slow");
    }
    if (behind > 0) return;
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
  }

  #snapshot(topic: Topic, { principal }: LiveClient): string {
    switch (topic) {
      case "entities":
        return JSON.stringify(visible(this.#services.entities(), principal));
      case "coach":
        return JSON.stringify(this.#services.coach());
      case "health":
        return JSON.stringify(this.#services.health());
      case "can": {
        const update: CanUpdate = { interfaces: this.#services.interfaces(), frames: [], omittedFrames: 0 };
        return JSON.stringify(update);
      }
      case "database":
        return this.#database?.latest() ?? "null";
      case "notifications":
        return "null";
      default:
        return topic satisfies never;
    }
  }

  /** Topics that the running program tells of. */
  #isServed(topic: Topic): boolean {
    return this.#topics.has(topic) && (topic !== "database" || this.#database !== undefined);
  }

  #isWatched(topic: Topic): boolean {
    for (const client of this.#clients) if (client.wants(topic)) return true;
    return false;
  }

  #say(client: LiveClient, message: ServerMessage): void {
    client.sendRaw(JSON.stringify(message));
  }

  #drop(client: LiveClient, reason: string): void {
    this.#forget(client);
    this.#dropped++;
    this.#logger.info("A screen was disconnected", { reason });
    client.close(1008, reason);
  }
}

/** What of a list its reader may see; the list itself when that is all of it. */
function visible<T extends { readonly id: string }>(list: readonly T[], principal: Principal): readonly T[] {
  return principal.entities === undefined ? list : list.filter(({ id }) => seesEntity(principal, id));
}
