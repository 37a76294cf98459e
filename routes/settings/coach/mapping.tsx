import CoachMapping from "../../../islands/CoachMapping.tsx";
import type { PageHandler } from "../../../lib/http/mod.ts";
import { Island, SubPage } from "../../../lib/ui/mod.ts";

const text = { title: "Devices", back: "To the coach model" };

/** Every device of the mapping, by area. */
const mappingPage: PageHandler = ({ coach }) => {
  const { areas, entities } = coach.mappings();
  const props = {
    areas,
    entities: entities.map(({ definition: _, ...entity }) => entity),
    readOnlyBecause: coach.status().readOnlyBecause ?? null,
    now: new Date().toISOString(),
  };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings/coach", label: text.back }}>
        <Island name="CoachMapping" of={CoachMapping} props={props} />
      </SubPage>
    ),
  };
};

export default mappingPage;
