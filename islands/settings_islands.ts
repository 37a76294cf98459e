import DatabasePanel from "./DatabasePanel.tsx";

/** Islands of the settings alone: a script of its own, so that the coach's pages stay light. */
export const settingsIslands = { DatabasePanel } as const;
