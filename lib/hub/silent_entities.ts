import type { EntityDefinition } from "../coach/mod.ts";
import type { Message } from "../protocol/mod.ts";
import type { BindingStatus, EntityRecord } from "./entity_table.ts";
import { type Observations, repeatsStub } from "./observations.ts";
import { firstWordMs } from "./restored_state.ts";

/** A mapped entity of which a device says nothing. */
export interface SilentEntity {
  readonly definition: EntityDefinition;
  /** What is not heard, and since when, e.g. `DC_DIMMER_STATUS_3 25 (never)`. */
  readonly missing: readonly string[];
}

/** What the answer rests on. */
export interface SilenceQuestion {
  readonly records: Iterable<EntityRecord>;
  readonly observations: Observations;
  readonly nowMs: number;
  /** For how long an interface has been up without a break, ms; undefined: none is. */
  readonly upForMs: number | undefined;
}

/**
 * The entities of which a device is silent: never heard although the bus has been up for longer than it may take, not
 * heard for long, or repeating a stub. Messages of one device count together: a battery that sends two of the five that
 * the standard has is not silent, a lamp of which one of two outputs is missing is.
 */
export function silentEntities(question: SilenceQuestion): readonly SilentEntity[] {
  const silent: SilentEntity[] = [];
  for (const record of question.records) {
    const missing = devicesOf(record).flatMap((bindings) => {
      const reasons = bindings.map((status) => reasonOf(status, { record, question }));
      return reasons.every((reason) => reason !== undefined)
        ? bindings.map((status, i) => `${nameOf(status)} (${reasons[i]})`)
        : [];
    });
    if (missing.length > 0) silent.push({ definition: record.definition, missing });
  }
  return silent;
}

/** Families of messages that one device sends in several; others go by the first word of their name. */
const families = /^(DC_DIMMER|DC_LOAD|AC_LOAD|THERMOSTAT_AMBIENT|[A-Z0-9]+)/;

/** The bindings of an entity, those of one device together. */
function devicesOf({ bindings }: EntityRecord): readonly (readonly BindingStatus[])[] {
  const devices = new Map<string, BindingStatus[]>();
  for (const status of bindings) {
    const { instance, message } = status.binding;
    const device = instance === undefined ? "" : `${families.exec(message)?.[0]} ${instance}`;
    const known = devices.get(device);
    if (known) known.push(status);
    else devices.set(device, [status]);
  }
  return [...devices.values()];
}

function nameOf({ binding }: BindingStatus): string {
  return binding.instance === undefined ? binding.message : `${binding.message} ${binding.instance}`;
}

/** Why nothing is heard here, in words; undefined: something is, or it is too early to say. */
function reasonOf(
  status: BindingStatus,
  of: { readonly record: EntityRecord; readonly question: SilenceQuestion },
): string | undefined {
  const { observations, nowMs, upForMs } = of.question;
  const { binding, heardMs, source, freshness } = status;
  if (heardMs === undefined || !source) {
    return upForMs !== undefined && upForMs > (binding.staleAfterMs ?? firstWordMs) ? "never" : undefined;
  }
  if (freshness === "stale") return `for ${ageWords(nowMs - heardMs)}`;
  const node = observations.node(source.interfaceName, source.sourceAddress);
  const message = of.record.heard.get(binding.key);
  if (!node || !message || !repeatsStub(node, nowMs) || !neverStandsStill(message)) return undefined;
  return "its sender repeats the same frames without ever changing them";
}

/** Units of what no working sensor measures without a flicker. */
const flickering = new Set(["V", "A", "Hz", "rpm", "degC"]);

/** A lamp may say the same for hours; a voltage that does is nobody's. */
function neverStandsStill({ signals, readings }: Message): boolean {
  return signals.some(({ name, unit }, i) => {
    const reading = readings[i];
    return unit !== undefined && flickering.has(unit) && !/set_?point/.test(name) &&
      reading !== undefined && "value" in reading;
  });
}

function ageWords(ageMs: number): string {
  const seconds = Math.round(ageMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
