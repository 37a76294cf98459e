import type { Json } from "../mapping.ts";
import { type Converter, type LegacyLookup, listOf, numberOf, switchOf, tableOf } from "./legacy_value.ts";

/** A text as it is. */
export const asText: Converter = (value) =>
  typeof value === "string" ? { value: value.trim() } : { why: "it is no text" };

export const asNumber: Converter = (value) => {
  const number = numberOf(value);
  return number === undefined ? { why: "it is no number" } : { value: number };
};

export const asSwitch: Converter = (value) => {
  const on = switchOf(value);
  return on === undefined ? { why: "it is neither true nor false" } : { value: on };
};

export const asList: Converter = (value) => {
  const list = listOf(value);
  return list.length === 0 ? { why: "it is no list" } : { value: list };
};

/** A number in another unit, rounded up so that nothing is kept shorter than before. */
export function scaled(factor: number, { atLeast }: { readonly atLeast: number }): Converter {
  return (value) => {
    const number = numberOf(value);
    return number === undefined ? { why: "it is no number" } : { value: Math.max(atLeast, Math.ceil(number * factor)) };
  };
}

/** Levels of Python's logging. */
export const asLevel: Converter = (value) => {
  switch (String(value).trim().toLowerCase()) {
    case "debug":
    case "notset":
      return { value: "debug" };
    case "info":
      return { value: "info" };
    case "warning":
    case "warn":
      return { value: "warning" };
    case "error":
    case "critical":
    case "fatal":
      return { value: "error" };
    default:
      return { why: "it is no level of the log" };
  }
};

/** The old default was no choice: CoachIQ claims an address as RV-C says. */
export const asSourceAddress: Converter = (value) => {
  const number = numberOf(value);
  if (number === undefined) return { why: "it is no address" };
  return number === 0xf9
    ? { why: "F9 was the default of the earlier program; CoachIQ claims a free address of its own" }
    : { value: number };
};

/** Interfaces of the machine; what stood for none is left out. */
export const asInterfaces: Converter = (value) => interfacesOf(listOf(value));

/** The interfaces of `house` and `chassis`, unless interfaces are listed themselves. */
export const asMappedInterfaces: Converter = (value, all) => {
  if (listed(all)) return { why: "can.interfaces is taken from the list of interfaces; entities are heard on each" };
  return interfacesOf([...new Set(Object.values(tableOf(value)))]);
};

/** One interface, unless there is a list. */
export const asOneInterface: Converter = (value, all) =>
  all("can.interfaces") === undefined ? asInterfaces(value, all) : { why: "can.interfaces is taken from the list" };

function listed(all: LegacyLookup): boolean {
  return all("can.interfaces") !== undefined || all("can.interface") !== undefined;
}

function interfacesOf(names: readonly string[]): { readonly value: Json } | { readonly why: string } {
  if (names.length === 0) return { why: "it names no interface" };
  if (names.some((name) => /^virtual/.test(name))) {
    return { why: 'virtual interfaces of Python are none of the machine; use "sim" for a simulated coach' };
  }
  return { value: [...new Set(names)] };
}

/** Mail was sent when both switches were on. */
export const asMailSwitch: Converter = (value, all) => {
  const on = switchOf(value);
  if (on === undefined) return { why: "it is neither true nor false" };
  return { value: on && switchOf(all("notifications.smtp.enabled")) !== false };
};

/** `use_ssl` wins over `use_tls`, as it did. */
export const asSecurity: Converter = (value, all) => {
  if (switchOf(all("notifications.smtp.use_ssl")) === true) return { value: "tls" };
  const tls = switchOf(value);
  if (tls === undefined) return { why: "it is neither true nor false" };
  return { value: tls ? "starttls" : "none" };
};

/** Told already by `use_tls` where that is there. */
export const asSslSecurity: Converter = (value, all) => {
  if (all("notifications.smtp.use_tls") !== undefined) return null;
  return { value: switchOf(value) === true ? "tls" : "starttls" };
};

/** Without accounts the site is for the machine itself alone. */
export const asAccounts: Converter = (value) =>
  switchOf(value) === false
    ? { why: "a site that can be reached from a network always has accounts" }
    : { value: true };

/** `http://localhost:8000` was a placeholder, and no address for a phone. */
export const asPublicUrl: Converter = (value) => {
  const text = typeof value === "string" ? value.trim().replace(/\/$/, "") : "";
  return /^https?:\/\/(localhost|127\.|0\.0\.0\.0)/.test(text)
    ? { why: "it is an address of the machine itself, which needs no setting" }
    : { value: text.toLowerCase() };
};

/** Days of 24 hours, rounded up. */
export const asDays: Converter = scaled(1 / 24, { atLeast: 1 });
/** Bytes → MiB, rounded up. */
export const asMegabytes: Converter = scaled(1 / (1024 * 1024), { atLeast: 1 });
