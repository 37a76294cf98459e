import type { LegacyRemark } from "./legacy_plan.ts";
import type { LegacyValue } from "./legacy_value.ts";

/** The variables of an environment file, and what is wrong with its lines. Values are in no message. */
export interface EnvironmentReading {
  /** The later one of a variable that is given twice; names without the prefix last, they counted least. */
  readonly values: readonly LegacyValue[];
  readonly problems: readonly LegacyRemark[];
}

const limits = { characters: 256 * 1024, lines: 5000, problems: 100 } as const;

/** Names that the very first versions had, without the prefix. */
const bareNames: Readonly<Record<string, string>> = {
  CAN_BITRATE: "can.bitrate",
  CAN_BUSTYPE: "can.bustype",
  CAN_CHANNELS: "can.interfaces",
  CONTROLLER_SOURCE_ADDR: "controller_source_addr",
  CORS_ORIGINS: "cors.allow_origins",
  DEBUG: "server.debug",
  ENABLE_PUSHOVER: "features.enable_pushover",
  ENABLE_UPTIMEROBOT: "features.enable_uptimerobot",
  HOST: "server.host",
  LOG_LEVEL: "logging.level",
  PORT: "server.port",
  PUSHOVER_API_TOKEN: "notifications.pushover.token",
  PUSHOVER_DEVICE: "notifications.pushover.device",
  PUSHOVER_USER_KEY: "notifications.pushover.user_key",
  RVC_COACH_MAPPING_PATH: "rvc.coach_mapping_path",
  RVC_COACH_MODEL: "rvc.coach_model",
  RVC_SPEC_PATH: "rvc.spec_path",
  UPTIMEROBOT_API_KEY: "notifications.uptimerobot.api_key",
};

/** Keys of the top level that later had a section of their own. */
const movedKeys: Readonly<Record<string, string>> = {
  host: "server.host",
  port: "server.port",
  root_path: "server.root_path",
  debug: "server.debug",
  rvc_spec_path: "rvc.spec_path",
  rvc_coach_mapping_path: "rvc.coach_mapping_path",
  j1939_enabled: "j1939.enabled",
  firefly_enabled: "firefly.enabled",
  spartan_k2_enabled: "spartan_k2.enabled",
};

/**
 * Reads lines such as `COACHIQ_SERVER__PORT=8000`, as systemd and python-dotenv do: `export` before it, quotes, comments.
 * Variables of other programs are left out without a word, and so are empty ones.
 */
export function readEnvironmentFile(text: string, file: string): EnvironmentReading {
  if (text.length > limits.characters) {
    const where = { file, line: 1, column: 1 };
    const wrong = `the file has ${text.length} characters, expected at most ${limits.characters}`;
    return { values: [], problems: [{ where, text: wrong }] };
  }
  const values = new Map<string, LegacyValue>();
  const problems: LegacyRemark[] = [];
  const note = (line: number, text: string) => {
    if (problems.length < limits.problems) problems.push({ where: { file, line, column: 1 }, text });
  };
  for (const [index, line] of text.split(/\r?\n/).slice(0, limits.lines).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith(";")) continue;
    const [, name, written] = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/.exec(trimmed) ?? [];
    if (name === undefined || written === undefined) {
      note(index + 1, "the line is no NAME=value, it was left out");
      continue;
    }
    const key = environmentKey(name);
    const value = unquoted(written.trim());
    if (key === undefined) continue;
    const where = { file, line: index + 1, column: line.indexOf(name) + 1 };
    const first = values.get(name);
    if (first) {
      note(index + 1, `${name} is given twice, on lines ${first.where.line} and ${index + 1}: the later one counts`);
    }
    values.delete(name);
    if (value !== "") values.set(name, { key, was: name, value, where });
  }
  const [named, bare] = [true, false].map((isNamed) =>
    [...values.values()].filter(({ was }) => was.startsWith("COACHIQ_") === isNamed)
  );
  return { values: [...named ?? [], ...bare ?? []], problems };
}

/** The key of a variable; undefined: it is none of the earlier program. */
export function environmentKey(name: string): string | undefined {
  if (Object.hasOwn(bareNames, name)) return bareNames[name];
  if (!name.startsWith("COACHIQ_")) return undefined;
  const key = name.slice("COACHIQ_".length).toLowerCase().replaceAll("__", ".");
  return Object.hasOwn(movedKeys, key) ? movedKeys[key] : key;
}

function unquoted(written: string): string {
  const [, quote, inside] = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(written) ?? [];
  if (inside !== undefined) return quote === '"' ? inside.replaceAll(/\\(["\\$`])/g, "$1") : inside;
  return written.replace(/\s+#.*$/, "").trim();
}
