import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { TemperatureUnit, Topic } from "../../lib/wire/mod.ts";
import { CommandDesk } from "./command_desk.ts";
import { type CoachSeed, CoachStore } from "./coach_store.ts";
import { Connection } from "./connection.ts";

/** What all islands of a page share: one socket, one store, one desk. */
export interface LivePage {
  readonly store: CoachStore;
  readonly desk: CommandDesk;
  /** Absent on the server, where nothing is live. */
  readonly connection?: Connection;
  readonly temperature: Signal<TemperatureUnit>;
  /** This phone's monotonic clock, ticking once a second, ms. */
  readonly nowMs: Signal<number>;
}

const isPhone = typeof document !== "undefined";
let shared: LivePage | undefined;

function make(): LivePage {
  return {
    store: new CoachStore({ nowMs: () => performance.now() }),
    desk: new CommandDesk(),
    temperature: signal<TemperatureUnit>("C"),
    nowMs: signal(performance.now()),
  };
}

/** The shared page in the phone; on the server one for each rendering, from the seed alone. */
export function useLivePage(seed: CoachSeed & { readonly temperature?: TemperatureUnit }): LivePage {
  const [page] = useState(() => {
    const found = isPhone ? shared ??= start() : make();
    found.store.seed(seed);
    if (seed.temperature) found.temperature.value = seed.temperature;
    return found;
  });
  return page;
}

function start(): LivePage {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const connection = new Connection(`${scheme}//${location.host}/ws`);
  const page = { ...make(), connection };
  connection.listen((message) => {
    if ("type" in message && message.type === "hello") reloadIfUpdated(message.build);
    page.store.receive(message);
  });
  connection.start();
  setInterval(() => (page.nowMs.value = performance.now()), 1000);
  return page;
}

/** The program was updated under this page: take the new page, once. */
function reloadIfUpdated(build: string): void {
  const own = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content;
  if (own === undefined || own === build || sessionStorage.getItem("coachiq.reloaded") === build) return;
  sessionStorage.setItem("coachiq.reloaded", build);
  location.reload();
}

/** Subscribes while the island is on the page. */
export function useTopic(page: LivePage, topic: Topic): void {
  useEffect(() => page.connection?.subscribe(topic), [page, topic]);
}

/** False on the server and while the page is being taken over: controls do nothing yet, and say so. */
export function useReady(): boolean {
  const [isReady, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  return isReady;
}
