import CoachAdd from "./CoachAdd.tsx";
import CoachDevice from "./CoachDevice.tsx";
import CoachDiscovery from "./CoachDiscovery.tsx";
import CoachHistory from "./CoachHistory.tsx";
import CoachMapping from "./CoachMapping.tsx";
import CoachPanel from "./CoachPanel.tsx";
import CoachPreview from "./CoachPreview.tsx";
import ConfigPanel from "./ConfigPanel.tsx";
import DatabasePanel from "./DatabasePanel.tsx";
import ProfilePanel from "./ProfilePanel.tsx";

/** Islands of the settings alone: a script of its own, so that the coach's pages stay light. */
export const settingsIslands = {
  CoachAdd,
  CoachDevice,
  CoachDiscovery,
  CoachHistory,
  CoachMapping,
  CoachPanel,
  CoachPreview,
  ConfigPanel,
  DatabasePanel,
  ProfilePanel,
} as const;
