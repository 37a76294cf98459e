import type { GuestChoice } from "./use_people.ts";

const text = {
  title: "What the guest sees and uses",
  none: "Nothing yet: the guest would see an empty page.",
  count: (count: number, all: number) => `${count} of ${all}`,
};

interface Props {
  readonly choices: readonly GuestChoice[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** Chooses what a guest sees and uses, by area. */
export default function GuestThings({ choices, chosen, onChange }: Props) {
  const areas = [...new Set(choices.map(({ area }) => area))];
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <div class="field" role="group" aria-label={text.title}>
      <span>{text.title}</span>
      <div class="things">
        {areas.map((area) => (
          <div key={area}>
            <h3>{area}</h3>
            {choices.filter((one) => one.area === area).map(({ id, name }) => (
              <label key={id} class="thing">
                <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
                <span>{name}</span>
              </label>
            ))}
          </div>
        ))}
      </div>
      <span>{chosen.size === 0 ? text.none : text.count(chosen.size, choices.length)}</span>
    </div>
  );
}
