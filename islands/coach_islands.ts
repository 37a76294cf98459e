import CoachAdd from "./CoachAdd.tsx";
import CoachDevice from "./CoachDevice.tsx";
import CoachDiscovery from "./CoachDiscovery.tsx";
import CoachHistory from "./CoachHistory.tsx";
import CoachMapping from "./CoachMapping.tsx";
import CoachPanel from "./CoachPanel.tsx";
import CoachPreview from "./CoachPreview.tsx";

/** Islands of Settings, Coach: a script of its own, as {@link settingsIslands} are. */
export const coachIslands = {
  CoachAdd,
  CoachDevice,
  CoachDiscovery,
  CoachHistory,
  CoachMapping,
  CoachPanel,
  CoachPreview,
} as const;
