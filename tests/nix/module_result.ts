import { evaluateNix, nixPath, root } from "./nix_program.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** A service as NixOS takes it. */
export interface NixService {
  readonly description: string;
  readonly serviceConfig: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly unitConfig: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** What nix/units.nix answers. */
export interface UnitsResult {
  readonly services: Readonly<Record<string, NixService>>;
  readonly timers: Readonly<Record<string, { readonly timerConfig: Readonly<Record<string, string>> }>>;
  readonly mounts: readonly Attributes[];
  readonly tmpfiles: readonly string[];
  readonly etc: Attributes;
  readonly users: Attributes;
  readonly groups: Attributes;
}

/** What nix/module.nix makes of a configuration, as tests/nix/evaluate_module.nix answers it. */
export interface ModuleResult extends UnitsResult {
  readonly settings: Attributes;
  readonly warnings: readonly string[];
  /** The sentences of assertions that do not hold. */
  readonly refused: readonly string[];
  readonly journal: string;
  readonly ports: readonly number[];
  readonly sysctl: Attributes;
  readonly programs: readonly string[];
  readonly check: string;
}

/** Names of the configurations in tests/nix/configurations and of what is expected of them. */
export const profiles = ["ssd", "sdcard", "custom", "development"] as const;

export const configurationOf = (profile: string): string => `${root}/tests/nix/configurations/${profile}.nix`;

export function expectedFile(name: string): string {
  return `${root}/tests/nix/expected/${name}.json`;
}

export async function readExpected<T = ModuleResult>(name: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(expectedFile(name)));
}

/** Evaluates nix/units.nix alone; needs Nix and nothing else. */
export async function evaluateUnits(configuration: string): Promise<UnitsResult> {
  const file = nixPath(`${root}/tests/nix/evaluate_units.nix`);
  return await evaluateNix(`import ${file} { configuration = ${nixPath(configuration)}; }`) as UnitsResult;
}

/** Evaluates nix/module.nix with nixpkgs' lib. */
export async function evaluateModule(
  lib: string,
  configuration: { readonly path: string } | { readonly text: string },
): Promise<ModuleResult> {
  const value = "path" in configuration ? nixPath(configuration.path) : `{ ... }: (${configuration.text})`;
  return await evaluate(lib, { value, what: "result" }) as ModuleResult;
}

/** Dotted names of the options of nix/module.nix, sorted. */
export async function optionNames(lib: string): Promise<readonly string[]> {
  return (await evaluate(lib, { value: "{ }", what: "optionNames" }) as string[]).sort();
}

/** Folder of nixpkgs' lib: what `NIXPKGS_LIB` names, else that of `<nixpkgs>`. Undefined: there is none here. */
export async function findNixpkgsLib(): Promise<string | undefined> {
  const named = Deno.env.get("NIXPKGS_LIB");
  if (named) return named;
  try {
    return await evaluateNix("toString <nixpkgs/lib>") as string;
  } catch {
    return undefined;
  }
}

function evaluate(lib: string, { value, what }: { readonly value: string; readonly what: string }): Promise<unknown> {
  const file = nixPath(`${root}/tests/nix/evaluate_module.nix`);
  return evaluateNix(`(import ${file} { lib = ${nixPath(lib)}; configuration = ${value}; }).${what}`);
}
