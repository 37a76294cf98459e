import ConfigPanel from "./ConfigPanel.tsx";
import DatabasePanel from "./DatabasePanel.tsx";
import ProfilePanel from "./ProfilePanel.tsx";

/** Islands of the settings alone: a script of its own, so that the coach's pages stay light. */
export const settingsIslands = {
  ConfigPanel,
  DatabasePanel,
  ProfilePanel,
} as const;
