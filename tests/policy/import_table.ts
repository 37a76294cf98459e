/** One allowed edge: who may import from a folder, and why. */
export interface Edge {
  readonly to: string;
  readonly reason: string;
  /** Only `import type` may cross. */
  readonly typesOnly?: boolean;
}

const edge = (to: string, reason: string): Edge => ({ to, reason });
const types = (to: string, reason: string): Edge => ({ to, reason, typesOnly: true });

const clocks = edge("base", "clock, logger interface, deferred");

/**
 * Folder → folders it may import from, DESIGN section 2. A name without a slash is a folder under `lib/`; the rest are
 * folders at the root. A folder may always import from itself.
 */
export const importTable: Readonly<Record<string, readonly Edge[]>> = {
  base: [],
  can: [clocks],
  protocol: [
    types("can", "a frame is where decoding begins and encoding ends"),
    clocks,
    edge("/reference", "rows of the standards are data inside the program"),
  ],
  coach: [
    edge("protocol", "a mapping names rows and fields, which are checked"),
    clocks,
    edge("/reference", "coach models are data inside the program"),
  ],
  entities: [
    edge("protocol", "kinds read messages and make messages"),
    edge("coach", "a definition says which instance a kind listens to"),
    clocks,
  ],
  safety: [edge("entities", "rules are about kinds and their states"), clocks],
  config: [clocks],
  install: [clocks],
  store: [
    types("entities", "what is stored are states of entities"),
    types("coach", "mappings are stored as the coach states them"),
    clocks,
  ],
  update: [
    edge("store", "backups and shadows are made of its databases"),
    edge("safety", "whether a migration may happen now"),
    edge("/migrations", "the lists that it runs on the shadow"),
    clocks,
  ],
  hub: [
    edge("can", "ports bring frames and take them"),
    edge("protocol", "decode, encode, address claim, transport"),
    edge("coach", "definitions of what is installed"),
    edge("entities", "messages to states, commands to plans"),
    edge("safety", "may this command happen now"),
    clocks,
  ],
  core: [
    types("wire", "backups and runs have one form for site, API and command line"),
    edge("can", "opens the ports"),
    edge("protocol", "what it hands to the hub"),
    edge("coach", "loads the model"),
    edge("entities", "reports on kinds"),
    edge("safety", "the safe state"),
    edge("config", "effective values"),
    edge("store", "opens the databases"),
    edge("update", "recovery at the start"),
    edge("hub", "starts and stops it"),
    edge("simulator", "the port `sim` is a simulated coach"),
    edge("/deno.json", "the version of the program is stated there, once"),
    clocks,
  ],
  features: [edge("core", "interfaces that a feature is given"), clocks],
  simulator: [
    edge("can", "answers on any port"),
    edge("protocol", "encodes statuses, decodes commands, claims addresses"),
    edge("entities", "drives what the definitions map"),
    clocks,
  ],
  wire: [types("entities", "the forms of states and commands")],
  ui: [edge("wire", "components show what the wire carries")],
  http: [
    edge("core", "health, and who is running"),
    edge("hub", "live state and commands"),
    edge("wire", "what is sent and parsed"),
    edge("config", "effective values and their origins"),
    edge("protocol", "numbers and addresses as people read them, on the CAN page"),
    types("can", "states and counters of interfaces, on the CAN page"),
    edge("ui", "the page renderer puts components into the document"),
    clocks,
  ],
  cli: [
    edge("core", "starts the services"),
    edge("features", "wires them"),
    edge("http", "starts the server"),
    edge("hub", "record and replay"),
    edge("update", "db commands"),
    edge("store", "db commands"),
    edge("config", "flags beat files"),
    edge("install", "what install, upgrade and uninstall put in place and take away"),
    edge("simulator", "simulate"),
    edge("safety", "what a refusal says"),
    edge("entities", "doctor reads states"),
    edge("coach", "models"),
    edge("protocol", "decode"),
    edge("can", "record, replay, doctor"),
    edge("wire", "forms of what it prints"),
    clocks,
  ],
  "/routes": [
    edge("http", "contexts, services, who may"),
    edge("wire", "parse and format"),
    edge("ui", "components"),
    edge("/islands", "a page places islands"),
  ],
  "/islands": [
    edge("wire", "what the phone receives and sends"),
    edge("ui", "components"),
  ],
  "/migrations": [],
  "/reference": [],
  "/static": [],
  "/main.ts": [
    edge("/wiring", "makes things and hands them to each other"),
    edge("cli", "arguments"),
    edge("core", "version"),
    edge("can", "ports of single commands"),
    edge("protocol", "the codec of decode"),
    clocks,
  ],
  "/wiring": [
    edge("cli", "arguments"),
    edge("core", "services"),
    edge("features", "optional features"),
    edge("http", "the site"),
    edge("config", "configuration"),
    edge("install", "where an installed program is"),
    edge("hub", "wiring"),
    edge("store", "wiring"),
    edge("update", "wiring"),
    edge("simulator", "the simulated coach"),
    edge("can", "ports"),
    edge("coach", "the model"),
    edge("entities", "kinds"),
    edge("protocol", "rows"),
    edge("safety", "rules"),
    edge("wire", "forms"),
    edge("/routes", "the routes are imported statically so that one file holds everything"),
    edge("/migrations", "lists of migrations"),
    clocks,
  ],
};

/** Folders of pure code: bytes, values and time in; values out. */
export const pureFolders: readonly string[] = ["protocol", "coach", "entities", "safety"];
