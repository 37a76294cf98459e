import CoachAdd from "../../../islands/CoachAdd.tsx";
import type { CoachServices, PageHandler } from "../../../lib/http/mod.ts";
import { Island, SubPage } from "../../../lib/ui/mod.ts";

const text = {
  title: "Add a device",
  toDevices: "To the devices",
  toDiscovery: "To discovery",
};

/** A new device; `?from=` names something that discovery heard, which fills the form in. */
const addPage: PageHandler = ({ coach, url }) => {
  const { areas, kinds, entities } = coach.mappings();
  const from = url.searchParams.get("from");
  const props = {
    areas,
    kinds,
    ids: entities.map(({ id }) => id),
    proposal: from === null ? null : proposalOf(coach, from),
    readOnlyBecause: coach.status().readOnlyBecause ?? null,
    now: new Date().toISOString(),
  };
  const back = from === null
    ? { href: "/settings/coach/mapping", label: text.toDevices }
    : { href: "/settings/coach/discovery", label: text.toDiscovery };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={back}>
        <Island name="CoachAdd" of={CoachAdd} props={props} />
      </SubPage>
    ),
  };
};

export default addPage;

/** What moved says more than what is only heard. */
function proposalOf(coach: CoachServices, key: string) {
  const heard = [...coach.listening().moved, ...coach.discovery().unmapped];
  return heard.find((one) => one.key === key && one.proposal)?.proposal ?? null;
}
