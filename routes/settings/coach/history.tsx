import CoachHistory from "../../../islands/CoachHistory.tsx";
import type { PageHandler } from "../../../lib/http/mod.ts";
import { Island, SubPage } from "../../../lib/ui/mod.ts";

const text = { title: "History of the devices", back: "To the coach model" };

/** Who changed what of the mapping, when and why. */
const historyPage: PageHandler = ({ coach }) => {
  const props = {
    batches: coach.history(20),
    names: Object.fromEntries(coach.mappings().entities.map(({ id, name }) => [id, name])),
    readOnlyBecause: coach.status().readOnlyBecause ?? null,
    now: new Date().toISOString(),
  };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings/coach", label: text.back }}>
        <Island name="CoachHistory" of={CoachHistory} props={props} />
      </SubPage>
    ),
  };
};

export default historyPage;
