import type { UnitsResult } from "./module_result.ts";

/** `Section.Key` → its values in their order. */
export type UnitLines = ReadonlyMap<string, readonly string[]>;

/** The lines of a unit file. */
export function linesOfText(text: string): UnitLines {
  const lines = new Map<string, string[]>();
  let section = "";
  for (const line of text.split("\n")) {
    if (/^(#|$)/.test(line)) continue;
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      continue;
    }
    const equals = line.indexOf("=");
    const key = `${section}.${line.slice(0, equals)}`;
    lines.set(key, [...lines.get(key) ?? [], line.slice(equals + 1)]);
  }
  return lines;
}

/** Names of units → the lines that NixOS writes for them, as far as nix/units.nix says them. */
export function linesOfNix(units: UnitsResult): ReadonlyMap<string, UnitLines> {
  const all = new Map<string, UnitLines>();
  for (const [name, service] of Object.entries(units.services)) {
    all.set(`${name}.service`, linesOf({ ...service, ...sections(service, "Service", service.serviceConfig) }));
  }
  for (const [name, timer] of Object.entries(units.timers)) {
    all.set(`${name}.timer`, linesOf({ ...timer, ...sections(timer, "Timer", timer.timerConfig) }));
  }
  for (const mount of units.mounts) {
    const { what, where, type, options } = mount;
    const name = String(where).slice(1).replaceAll("/", "-");
    all.set(
      `${name}.mount`,
      linesOf({ ...mount, ...sections(mount, "Mount", { What: what, Where: where, Type: type, Options: options }) }),
    );
  }
  return all;
}

type Attributes = Readonly<Record<string, unknown>>;

/** Attributes of NixOS that are lines of the same meaning. */
const plainAttributes: Readonly<Record<string, string>> = {
  description: "Unit.Description",
  after: "Unit.After",
  wants: "Unit.Wants",
  startLimitIntervalSec: "Unit.StartLimitIntervalSec",
  wantedBy: "Install.WantedBy",
};

function sections(unit: Attributes, section: string, own: Attributes): Attributes {
  const of = (name: string, values: Attributes) =>
    Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]);
  return Object.fromEntries([...of("Unit", (unit["unitConfig"] ?? {}) as Attributes), ...of(section, own)]);
}

function linesOf(unit: Attributes): UnitLines {
  const lines = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(unit)) {
    const plain = plainAttributes[name];
    if (plain !== undefined) lines.set(plain, [Array.isArray(value) ? value.join(" ") : String(value)]);
    if (name.includes(".")) lines.set(name, Array.isArray(value) ? value.map(text) : [text(value)]);
  }
  for (const [key, values] of lines) if (key === "Unit.Wants" && values[0] === "") lines.delete(key);
  return lines;
}

function text(value: unknown): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}
