import ChangesPanel from "./ChangesPanel.tsx";
import ConfigPanel from "./ConfigPanel.tsx";
import DatabasePanel from "./DatabasePanel.tsx";
import LogPanel from "./LogPanel.tsx";
import ProfilePanel from "./ProfilePanel.tsx";
import SystemPanel from "./SystemPanel.tsx";

/** Islands of the settings alone: a script of its own, so that the coach's pages stay light. */
export const settingsIslands = {
  ChangesPanel,
  ConfigPanel,
  DatabasePanel,
  LogPanel,
  ProfilePanel,
  SystemPanel,
} as const;
