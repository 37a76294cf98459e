/**
 * Components without state, for server and phone: icons, tiles' parts, readings, freshness, tables.
 *
 * Lives here: how things look, as pure functions of their props, and how an entity reads in words.
 * Does not live here: what is live or touched (`islands/`), the stylesheet (`static/`).
 * May import: `lib/wire`.
 *
 * @module
 */
export * from "./account_words.ts";
export * from "./accounts_off.tsx";
export * from "./bar.tsx";
export * from "./bus_tables.tsx";
export * from "./coach_edits.ts";
export * from "./coach_form.ts";
export * from "./coach_trial.ts";
export * from "./coach_words.ts";
export * from "./config_doc.tsx";
export * from "./config_words.ts";
export * from "./database_sections.tsx";
export * from "./database_words.ts";
export * from "./entity_sections.tsx";
export * from "./freshness.ts";
export * from "./glance.tsx";
export * from "./icon.tsx";
export * from "./island.tsx";
export * from "./kind_words.ts";
export * from "./link_row.tsx";
export * from "./part.tsx";
export * from "./sub_page.tsx";
export * from "./summary.ts";
export * from "./system_sections.tsx";
export * from "./system_words.ts";
export * from "./tile_frame.tsx";
