import SystemPanel from "../../islands/SystemPanel.tsx";
import { HttpError, may, type PageHandler } from "../../lib/http/mod.ts";
import { Island, SubPage } from "../../lib/ui/mod.ts";

const text = {
  title: "System",
  back: "To the settings",
  silent: "Cannot tell how the program is: it is not ready yet. Try again in a moment.",
};

/** The program's own health, for people. */
const systemPage: PageHandler = async ({ system, services, principal, preferences }) => {
  if (!system) throw new HttpError(503, { detail: text.silent });
  const props = {
    health: services.health(),
    system: await system.details(),
    alerts: system.alerts({ withCleared: true }),
    safety: system.safety(),
    isOwner: may(principal, "owner"),
    temperature: preferences.temperature,
    now: new Date().toISOString(),
  };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings", label: text.back }}>
        <Island name="SystemPanel" of={SystemPanel} props={props} />
      </SubPage>
    ),
  };
};

export default systemPage;
