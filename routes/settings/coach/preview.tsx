import CoachPreview from "../../../islands/CoachPreview.tsx";
import type { PageHandler } from "../../../lib/http/mod.ts";
import { Island, SubPage } from "../../../lib/ui/mod.ts";

const text = { title: "What would change", back: "To the coach model" };

/** What taking a model, or its new version, would change. */
const previewPage: PageHandler = ({ coach, url }) => {
  const status = coach.status();
  const preview = coach.preview(url.searchParams.get("model") ?? status.modelId);
  const model = coach.models().find(({ id }) => id === preview.modelId);
  const props = { preview, status, name: model?.name ?? preview.modelId, now: new Date().toISOString() };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings/coach", label: text.back }}>
        <Island name="CoachPreview" of={CoachPreview} props={props} />
      </SubPage>
    ),
  };
};

export default previewPage;
