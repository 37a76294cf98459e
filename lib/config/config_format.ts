/** Formats of configuration files; all three carry the same trees. */
export type ConfigFormat = "toml" | "json" | "yaml";

const formats: Readonly<Record<string, ConfigFormat>> = { toml: "toml", json: "json", yaml: "yaml", yml: "yaml" };

/** Format of a file by its ending; `toml` when it has none, or one that says nothing. */
export function formatOf(path: string): ConfigFormat {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  const ending = dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
  return Object.hasOwn(formats, ending) ? formats[ending] ?? "toml" : "toml";
}
