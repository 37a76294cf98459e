import CoachHome from "../islands/CoachHome.tsx";
import type { PageHandler } from "../lib/http/mod.ts";
import { Island } from "../lib/ui/mod.ts";

const text = { title: "Coach" };

/** The coach by area. */
const home: PageHandler = ({ services, preferences }) => ({
  title: text.title,
  section: "coach",
  body: (
    <>
      <h1 class="visually-hidden">{services.coach().name}</h1>
      <Island
        name="CoachHome"
        of={CoachHome}
        props={{ entities: services.entities(), coach: services.coach(), temperature: preferences.temperature }}
      />
    </>
  ),
});

export default home;
