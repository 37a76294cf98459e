import { fieldName, Icon, isOwnDevice, kindIcons, kindWords } from "../../lib/ui/mod.ts";
import type { MappedEntityView } from "../../lib/wire/mod.ts";

const text = {
  own: "Yours",
  learned: "Learned",
  changed: (fields: string) => `Changed: ${fields}`,
  unverified: "Not seen to work",
  hidden: "Hidden",
  removed: "Removed",
};

/** One device of the mapping, with what is special about it. */
export default function DeviceRow({ entity }: { readonly entity: Omit<MappedEntityView, "definition"> }) {
  const isOwn = isOwnDevice(entity);
  const kind = entity.kind as keyof typeof kindWords;
  return (
    <li>
      <a
        class={entity.removed ? "row device is-removed" : "row device"}
        href={`/settings/coach/mapping/${entity.id}`}
        data-device={entity.id}
      >
        <span class="row__icon">
          <Icon name={kindIcons[kind] ?? "list"} />
        </span>
        <span class="row__main">
          <b>{entity.name}</b>
          <span class="device__marks">
            <span class="muted">{kindWords[kind]?.one ?? entity.kind}</span>
            {entity.removed ? <span class="pill pill--bad">{text.removed}</span> : (
              <>
                {isOwn && entity.source !== "learned" && <span class="pill pill--good">{text.own}</span>}
                {entity.source === "learned" && <span class="pill pill--good">{text.learned}</span>}
                {!entity.verified && <span class="pill pill--warning">{text.unverified}</span>}
                {entity.hidden && <span class="pill">{text.hidden}</span>}
              </>
            )}
          </span>
          {entity.edited.length > 0 && !entity.removed && !isOwn && (
            <span class="device__edited">{text.changed(entity.edited.map(fieldName).join(", "))}</span>
          )}
        </span>
        <Icon name="more" class="row__more" />
      </a>
    </li>
  );
}
