import CoachPanel from "../../islands/CoachPanel.tsx";
import type { PageHandler } from "../../lib/http/mod.ts";
import { Island, SubPage } from "../../lib/ui/mod.ts";

const text = { title: "Coach", back: "To the settings" };

/** The coach model: the one in use, its update, others, and the ways to devices, discovery and history. */
const coachPage: PageHandler = ({ coach }) => {
  const props = { status: coach.status(), models: coach.models(), now: new Date().toISOString() };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings", label: text.back }}>
        <Island name="CoachPanel" of={CoachPanel} props={props} />
      </SubPage>
    ),
  };
};

export default coachPage;
