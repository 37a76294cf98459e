import type { AuditNote } from "../core/mod.ts";

/**
 * How a way in that changes something comes into the record of changes.
 *
 * `what` is for people, the thing and what is done to it: `Profile {name}: delete`. `{name}` is taken from the path, the
 * body or the query, in this order and after they were checked; `{name|all of it}` says what stands for a missing one,
 * `{id as entity}` tells it in the words for entities, and of an object the names of its keys are told. Values of
 * settings never are: one of them may be a secret.
 */
export type AuditAnswer = Noted | NotedElsewhere;

/** The answer to the request is the outcome. */
export interface Noted {
  readonly action: AuditNote["action"];
  readonly what: string;
  /** Who notes what was done, with more than the answer tells; only what was turned away before that is noted here. */
  readonly doneNotedBy?: string;
}

/** Nobody who asks is known yet. */
export interface NotedElsewhere {
  /** By whom, all of it, and why not here. */
  readonly notedBy: string;
}

/** What a request named, after it was checked. */
export interface Asked {
  readonly path: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly query: unknown;
}

/** What is told in words instead of its id; undefined: there is no such thing, and the id itself is told. */
export type AuditWords = Readonly<Record<"entity" | "feature" | "stop", (id: string) => string | undefined>>;

/** Most keys of an object that are named. */
const maxKeys = 8;
/** Longest name that is told, characters. */
const maxNameLength = 120;
const unnamed = "what cannot be read";

/** {@link Noted.what} with its names filled in. */
export function whatWasAsked(what: string, options: { readonly asked: Asked; readonly words: AuditWords }): string {
  const { asked: { path, body, query }, words } = options;
  return what.replaceAll(
    /\{(\w+)(?: as (\w+))?(?:\|([^}]*))?\}/g,
    (_, name: string, kind?: string, missing = unnamed) => {
      const place = [path, body, query].find((place) =>
        isObject(place) && Object.hasOwn(place, name) && place[name] != null
      );
      if (!isObject(place)) return missing;
      const told = nameOf(place[name]);
      return (isKind(kind, words) ? words[kind](told) : undefined) ?? told;
    },
  );
}

function isKind(kind: string | undefined, words: AuditWords): kind is keyof AuditWords {
  return kind !== undefined && Object.hasOwn(words, kind);
}

function nameOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (!isObject(value)) return cut(String(value));
  const keys = Object.keys(value);
  const more = keys.length > maxKeys ? ` and ${keys.length - maxKeys} more` : "";
  return `${keys.slice(0, maxKeys).map(cut).join(", ")}${more}`;
}

function cut(name: string): string {
  // deno-lint-ignore no-control-regex -- a name must not break the line that it stands in
  return name.replaceAll(/[\u0000-\u001f\u007f]+/g, " ").slice(0, maxNameLength);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
