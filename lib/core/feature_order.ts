import type { Feature } from "./feature.ts";

/**
 * The order in which features start: each after those it depends on, else as given.
 *
 * @throws {Error} naming a feature that there is not, that is there twice, or the whole circle.
 */
export function featureOrder<F extends Pick<Feature, "name" | "dependsOn">>(features: readonly F[]): readonly F[] {
  const byName = new Map<string, F>();
  for (const feature of features) {
    if (byName.has(feature.name)) throw new Error(`Cannot order features: "${feature.name}" is there twice`);
    byName.set(feature.name, feature);
  }
  const order: F[] = [];
  const done = new Set<string>();
  const visit = (feature: F, path: readonly string[]): void => {
    if (done.has(feature.name)) return;
    const from = path.indexOf(feature.name);
    if (from >= 0) {
      const circle = [...path.slice(from), feature.name].map((name) => `"${name}"`).join(" needs ");
      throw new Error(`Cannot order features: they need each other in a circle, ${circle}`);
    }
    for (const name of feature.dependsOn) {
      const needed = byName.get(name);
      if (!needed) {
        const known = [...byName.keys()].join(", ");
        throw new Error(`Cannot order features: "${feature.name}" needs "${name}", expected one of ${known}`);
      }
      visit(needed, [...path, feature.name]);
    }
    done.add(feature.name);
    order.push(feature);
  };
  for (const feature of features) visit(feature, []);
  return order;
}
