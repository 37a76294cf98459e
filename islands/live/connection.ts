import { type Signal, signal } from "@preact/signals";
import type { ServerMessage, Topic } from "../../lib/wire/mod.ts";
import { goToSignIn, leaveIfSignedOut, signedOutCode } from "./entrance.ts";

/** `connecting`: the first time; `lost`: it was there and is not, or never came within two seconds. */
export type ConnectionState = "connecting" | "open" | "lost";

type Listener = (message: ServerMessage) => void;

const firstRetryMs = 400;
const lastRetryMs = 5_000;
const pingEveryMs = 8_000;
/** Longer than a ping and its answer: the network is gone even if the socket does not know. */
const silentAfterMs = 14_000;
const connectPatienceMs = 2_000;
const sendReadyState = 1;

/**
 * The socket to the coach. It comes back by itself, sooner when the phone wakes or finds its network again, and asks
 * for snapshots after every gap.
 */
export class Connection {
  readonly state: Signal<ConnectionState> = signal<ConnectionState>("connecting");
  readonly #url: string;
  readonly #listeners = new Set<Listener>();
  readonly #topics = new Map<Topic, number>();
  readonly #sequence = new Map<Topic, number>();
  #socket: WebSocket | undefined;
  #retryMs = firstRetryMs;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lastHeardMs = 0;

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.#open();
    setTimeout(() => this.state.value === "connecting" && (this.state.value = "lost"), connectPatienceMs);
    setInterval(() => this.#watch(), pingEveryMs / 2);
    const wake = () => document.visibilityState === "visible" && this.#wake();
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    addEventListener("pageshow", wake);
  }

  /** Hears every message; returns the function that ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Counts: the topic is left when the last one that wanted it leaves. */
  subscribe(topic: Topic): () => void {
    const wanted = (this.#topics.get(topic) ?? 0) + 1;
    this.#topics.set(topic, wanted);
    if (wanted === 1) this.#send({ type: "subscribe", topics: [topic] });
    return () => {
      const left = (this.#topics.get(topic) ?? 1) - 1;
      if (left > 0) return void this.#topics.set(topic, left);
      this.#topics.delete(topic);
      this.#send({ type: "unsubscribe", topics: [topic] });
    };
  }

  #open(): void {
    clearTimeout(this.#retryTimer);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    let wasOpen = false;
    socket.onopen = () => {
      wasOpen = true;
      this.#retryMs = firstRetryMs;
      this.#lastHeardMs = performance.now();
      this.#sequence.clear();
      this.state.value = "open";
      if (this.#topics.size > 0) this.#send({ type: "subscribe", topics: [...this.#topics.keys()] });
    };
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      if (code === signedOutCode) return goToSignIn();
      // A browser does not tell why a socket was refused.
      if (!wasOpen) void leaveIfSignedOut();
      this.#lost();
    };
  }

  #lost(): void {
    this.#socket = undefined;
    if (this.state.value === "open") this.state.value = "lost";
    clearTimeout(this.#retryTimer);
    // Phones of one coach must not all come back in the same instant.
    this.#retryTimer = setTimeout(() => this.#open(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2);
  }

  #wake(): void {
    if (!this.#socket) return this.#open();
    this.#watch();
  }

  #watch(): void {
    const silentMs = performance.now() - this.#lastHeardMs;
    if (this.state.value !== "open") return;
    if (silentMs > silentAfterMs) {
      const socket = this.#socket;
      this.#lost();
      socket?.close();
    } else if (silentMs > pingEveryMs / 2) {
      this.#send({ type: "ping" });
    }
  }

  #receive(message: ServerMessage): void {
    this.#lastHeardMs = performance.now();
    if ("topic" in message && !this.#isNext(message)) {
      this.#send({ type: "subscribe", topics: [message.topic] });
      return;
    }
    for (const listener of this.#listeners) listener(message);
  }

  #isNext({ topic, seq, type }: Extract<ServerMessage, { topic: Topic }>): boolean {
    const expected = (this.#sequence.get(topic) ?? -1) + 1;
    this.#sequence.set(topic, seq);
    return type === "snapshot" || seq === expected;
  }

  #send(message: unknown): void {
    if (this.#socket?.readyState === sendReadyState) this.#socket.send(JSON.stringify(message));
  }
}
