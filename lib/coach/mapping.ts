import type { CoachModel } from "./definition.ts";

/** JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Who brought a value. */
export type RowSource = "factory" | "import" | "user" | "learned";

/**
 * What is valid at one path of a coach. Paths are RFC 6901 pointers into a {@link MappingDocument}, and go no deeper than
 * what changes as one: `/entities/bedroom_ceiling/name`, `/entities/bedroom_ceiling/load`,
 * `/entities/bedroom_ceiling/provenance/verified`, `/areas/bedroom`, `/order/entities`, `/model/name`, `/protocol/MY_ROW`.
 */
export interface MappingRow {
  readonly path: string;
  /** Undefined: the owner removed what the model has at this path, or below it. */
  readonly value: Json | undefined;
  readonly source: RowSource;
}

/** A coach as JSON Patch addresses it: entities and areas by name, their order beside them. */
export interface MappingDocument {
  /** Everything of the model file but areas, entities and protocol. */
  readonly model: { readonly [key: string]: Json };
  readonly areas: { readonly [key: string]: Json };
  readonly entities: { readonly [id: string]: { readonly [field: string]: Json } };
  readonly protocol: { readonly [name: string]: Json };
  readonly order: { readonly areas: readonly string[]; readonly entities: readonly string[] };
}

/** A document that passed every check, as the program runs with it. */
export type EffectiveCoach = CoachModel;
