import CoachDiscovery from "../../../islands/CoachDiscovery.tsx";
import type { PageHandler } from "../../../lib/http/mod.ts";
import { Island, SubPage } from "../../../lib/ui/mod.ts";

const text = { title: "Discovery", back: "To the coach model" };

/** What the bus says that the mapping does not. */
const discoveryPage: PageHandler = ({ coach }) => {
  const props = {
    discovery: coach.discovery(),
    listening: coach.listening(),
    names: Object.fromEntries(coach.mappings().entities.map(({ id, name }) => [id, name])),
    readOnlyBecause: coach.status().readOnlyBecause ?? null,
    now: new Date().toISOString(),
  };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings/coach", label: text.back }}>
        <Island name="CoachDiscovery" of={CoachDiscovery} props={props} />
      </SubPage>
    ),
  };
};

export default discoveryPage;
