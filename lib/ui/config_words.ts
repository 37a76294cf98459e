import type { ConfigJson, ConfigKeyView, OriginView } from "../wire/mod.ts";

const text = {
  on: "On",
  off: "Off",
  unset: "Not set",
  empty: "Empty",
  set: "Set, never shown",
  entries: (count: number) => count === 1 ? "1 entry" : `${count} entries`,
  general: "General",
  line: (file: string, line: number | undefined) => line === undefined ? file : `${file}, line ${line}`,
  secretLocked: "A secret. It is set by a file or the environment, and never shown or sent.",
  profileLocked: (profile: string) =>
    `The profile ${profile} sets it. Change it there, or go on without that profile; then it can be set here.`,
  environmentLocked: (name: string) => `The environment variable ${name} sets it and wins over what is set here.`,
  flagLocked: (flag: string) => `The flag ${flag} set it when CoachIQ was started, and wins over what is set here.`,
};

/** What is written in capitals, or otherwise than it is said. */
const written: Readonly<Record<string, string>> = {
  api: "API",
  can: "CAN",
  cors: "CORS",
  cpu: "CPU",
  db: "database",
  dgn: "DGN",
  http: "HTTP",
  https: "HTTPS",
  id: "ID",
  ip: "IP",
  j1939: "J1939",
  json: "JSON",
  k2: "K2",
  jwt: "JWT",
  mqtt: "MQTT",
  pin: "PIN",
  rvc: "RV-C",
  smtp: "SMTP",
  sql: "SQL",
  tcp: "TCP",
  tls: "TLS",
  toml: "TOML",
  udp: "UDP",
  ui: "screen",
  uri: "URI",
  url: "URL",
};

/** Sections whose name in the file is not what people call them. */
const sectionNames: Readonly<Record<string, string>> = {
  auth: "Accounts",
  can: "CAN buses",
  persistence: "Storage",
  protocol: "Protocol tables",
  system: "CoachIQ itself",
};

function words(name: string): string {
  const said = name.split(/[_\s-]+/).map((part) => written[part] ?? part).join(" ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** Part of the configuration that a key belongs to, as the file names it: `server.port` → `server`. */
export function sectionOf(key: string): string {
  const dot = key.indexOf(".");
  return dot < 0 ? "" : key.slice(0, dot);
}

/** The same in words. */
export function sectionLabel(section: string): string {
  return section === "" ? text.general : sectionNames[section] ?? words(section);
}

/** A key inside its section, in words: `can.ack_timeout_ms` → `Ack timeout`, `features.mqtt.enabled` → `MQTT`. */
export function keyLabel(key: string): string {
  const parts = key.slice(sectionOf(key).length).split(".").filter((part) => part !== "");
  const named = parts.length > 1 && parts.at(-1) === "enabled" ? parts.slice(0, -1) : parts;
  return named.map((part) => words(part.replace(/_(ms|pct|c)$/, ""))).join(" › ");
}

/** The whole key in words, where its section is not shown beside it: `Server: Port`. */
export function fullKeyLabel(key: string): string {
  return `${sectionLabel(sectionOf(key))}: ${keyLabel(key)}`;
}

/** A value as people read it, with its unit. */
export function configValueWords(
  value: ConfigJson | undefined,
  { unit, secret = false }: { readonly unit?: string | undefined; readonly secret?: boolean } = {},
): string {
  if (value === undefined || value === null || value === "") return text.unset;
  if (secret) return text.set;
  if (typeof value === "boolean") return value ? text.on : text.off;
  if (typeof value !== "object") return unit === undefined ? String(value) : `${value}\u00a0${unit}`;
  if (isList(value)) {
    if (value.length === 0) return text.empty;
    return value.every(isPlain)
      ? value.map((one) => configValueWords(one, { unit })).join(", ")
      : entries(value.length);
  }
  const count = Object.keys(value).length;
  return count === 0 ? text.empty : entries(count);
}

function entries(count: number): string {
  return text.entries(count);
}

function isList(value: ConfigJson): value is readonly ConfigJson[] {
  return Array.isArray(value);
}

function isPlain(value: ConfigJson): boolean {
  return typeof value !== "object";
}

/** Where a value comes from, in words. */
export function originWords({ layer, where, line }: OriginView): string {
  switch (layer) {
    case "defaults":
      return "As shipped";
    case "protocol":
      return "From the protocol tables";
    case "model":
      return "From the coach model";
    case "structure":
      return "From your coach mapping";
    case "system":
      return `Set by the installer in ${text.line(fileName(where), line)}`;
    case "overrides":
      return line === undefined ? "Set by you" : `Set by you in ${text.line(fileName(where), line)}`;
    case "profile":
      return `Set by the profile ${profileName(where)}`;
    case "state":
      return "Kept by CoachIQ itself";
    case "preferences":
      return "One of your preferences";
    case "environment":
      return `Set by the environment variable ${where}`;
    case "flags":
      return `Set by the flag ${where} at the start`;
    default:
      return `From ${text.line(fileName(where), line)}`;
  }
}

/** The same inside a sentence. */
export function originPhrase(origin: OriginView): string {
  const said = originWords(origin);
  return said.charAt(0).toLowerCase() + said.slice(1);
}

function fileName(path: string): string {
  return path.split("/").at(-1) ?? path;
}

/** `profiles/camping.toml`, `profile "camping"` or `camping` → `camping`. */
function profileName(where: string): string {
  return fileName(/"([^"]+)"/.exec(where)?.[1] ?? where).replace(/\.[a-z]+$/, "");
}

/** Why a key cannot be set here; nothing: it can. */
export function lockReason(key: ConfigKeyView): string | undefined {
  if (key.secret || key.type === "secret") return text.secretLocked;
  if (key.who !== "owner") return writerWords[key.who];
  const { layer, where } = key.origin;
  if (layer === "profile") return text.profileLocked(profileName(where));
  if (layer === "environment") return text.environmentLocked(where);
  return layer === "flags" ? text.flagLocked(where) : undefined;
}

const writerWords: Readonly<Record<Exclude<ConfigKeyView["who"], "owner">, string>> = {
  release: "Part of this release. It is the same on every coach.",
  installer: "The installer sets it, in system.toml or the environment.",
  program: "CoachIQ keeps it itself.",
};

/** Whether a search finds a key: every word of it in the key, its label, what it means, or its value. */
export function isFound(key: ConfigKeyView, query: string): boolean {
  const all = `${key.key} ${fullKeyLabel(key.key)} ${key.doc} ${configValueWords(key.value, key)}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
