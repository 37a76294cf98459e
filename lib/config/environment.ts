import { ConfigError } from "./config_error.ts";
import { configFileVariable, type EnvironmentVariable, environmentVariables } from "./environment_variables.ts";
import { findKey } from "./find_key.ts";
import type { Leaf, LeafValue } from "./leaf.ts";
import { unreadVariableText } from "./legacy_variables.ts";
import { shownValue } from "./problem_text.ts";
import { Secret } from "./secret.ts";
import { readSecretFile } from "./secret_file.ts";
import type { ConfigProblem } from "./types.ts";

/** The environment as a record; `main.ts` hands it in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What of the environment is configuration. */
export interface EnvironmentReading {
  /** Path in `COACHIQ_CONFIG_FILE`. */
  readonly configFile?: string;
  readonly leaves: readonly Leaf[];
  /** Warnings: one for each variable that is not read, or should be a file. */
  readonly problems: readonly ConfigProblem[];
}

/** What problems call the environment in the place of a file. */
export const environmentName = "environment";

/** Set by the Python-era documentation, and never meant to be off. */
const fatalVariable = "COACHIQ_PERSISTENCE__ENABLED";

/**
 * Reads the few variables that set keys. An empty variable counts as one that is not set.
 *
 * @throws {ConfigError} with everything that is wrong: a value that its key does not take, a secret that cannot be read
 * or is given twice, and `COACHIQ_PERSISTENCE__ENABLED` in any case.
 */
export async function readEnvironment(environment: Environment): Promise<EnvironmentReading> {
  const names = Object.keys(environment).filter((name) => name.startsWith("COACHIQ_") && environment[name] !== "");
  if (names.includes(fatalVariable)) {
    const text =
      "is set, but persistence is a core service and always on, remove it from the environment of the service";
    throw ConfigError.of("load configuration", [{ file: environmentName, key: fatalVariable, text }]);
  }
  const given = (name: string): string | undefined => names.includes(name) ? environment[name] : undefined;
  const errors: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const leaves: Leaf[] = [];
  for (const variable of environmentVariables) {
    const { leaf, error, warning } = await readVariable(variable, given);
    if (leaf) leaves.push(leaf);
    if (error) errors.push({ file: environmentName, ...error });
    if (warning) warnings.push({ file: environmentName, ...warning });
  }
  if (errors.length > 0) throw ConfigError.of("load configuration", errors);
  const read = new Set([
    configFileVariable,
    ...environmentVariables.flatMap(({ name, secret }) => secret ? [name, `${name}_FILE`] : [name]),
  ]);
  for (const name of names.filter((name) => !read.has(name)).sort()) {
    warnings.push({ file: environmentName, key: name, text: unreadVariableText(name) });
  }
  const configFile = given(configFileVariable);
  return { ...(configFile === undefined ? {} : { configFile }), leaves, problems: warnings };
}

interface VariableReading {
  readonly leaf?: Leaf;
  readonly error?: { readonly key: string; readonly text: string };
  readonly warning?: { readonly key: string; readonly text: string };
}

async function readVariable(
  variable: EnvironmentVariable,
  given: (name: string) => string | undefined,
): Promise<VariableReading> {
  const { name, secret } = variable;
  const value = given(name);
  if (!secret) return value === undefined ? {} : checked(variable, { name, value: parsed(variable, value) });
  const fileVariable = `${name}_FILE`;
  const file = given(fileVariable);
  if (file !== undefined && value !== undefined) {
    return { error: { key: name, text: `is set and so is ${fileVariable}, expected one of them` } };
  }
  if (file !== undefined) {
    const reading = await readSecretFile(file);
    if (reading.kind === "problem") return { error: { key: fileVariable, text: reading.text } };
    return checked(variable, { name: fileVariable, value: reading.secret });
  }
  if (value === undefined) return {};
  const warning = {
    key: name,
    text: `holds a secret that other programs of this machine can see, name a file with ${fileVariable} instead`,
  };
  return { ...checked(variable, { name, value: new Secret(value) }), warning };
}

/** What a text means for a key. */
function parsed({ key }: EnvironmentVariable, text: string): LeafValue {
  if (findKey(key).definition.type === "switch") {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    return /^(false|0|no|off)$/i.test(text) ? false : text;
  }
  // The Python-era program wrote levels in capitals.
  return key === "logging.level" ? text.toLowerCase() : text;
}

function checked(
  { key }: EnvironmentVariable,
  { name, value }: { readonly name: string; readonly value: LeafValue },
): VariableReading {
  const { path, definition } = findKey(key);
  if (definition.schema.safeParse(value).success) {
    return { leaf: { key, path, definition, value, origin: { layer: "environment", where: name } } };
  }
  const shown = value instanceof Secret ? "is too short" : `is ${shownValue(value)}`;
  return { error: { key: name, text: `${shown}, expected ${definition.expected}` } };
}
