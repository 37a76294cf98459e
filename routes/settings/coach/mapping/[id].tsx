import CoachDevice from "../../../../islands/CoachDevice.tsx";
import { type CoachServices, HttpError, type PageHandler, RequestError } from "../../../../lib/http/mod.ts";
import { factoryValues, Island } from "../../../../lib/ui/mod.ts";

const text = {
  unknown: (id: string) => `There is no device "${id}" in the mapping.`,
};

/** One device of the mapping, to change. */
const devicePage: PageHandler = ({ coach, params }) => {
  const { areas, entities, kinds } = coach.mappings();
  const id = params["id"] ?? "";
  const entity = entities.find((one) => one.id === id);
  if (!entity) throw new HttpError(404, { detail: text.unknown(id) });
  const props = {
    entity,
    areas,
    schema: kinds[entity.kind] ?? null,
    factory: entity.edited.length > 0 ? factoryOf(coach, id) : {},
    readOnlyBecause: coach.status().readOnlyBecause ?? null,
    now: new Date().toISOString(),
  };
  return {
    title: entity.name,
    section: "settings",
    body: <Island name="CoachDevice" of={CoachDevice} props={props} />,
  };
};

export default devicePage;

/** A model that is not there any more says nothing; the rest of the page does not need it. */
function factoryOf(coach: CoachServices, id: string) {
  try {
    return factoryValues(id, coach.preview());
  } catch (error) {
    if (error instanceof RequestError) return {};
    throw error;
  }
}
