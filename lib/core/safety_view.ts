import type { Hub } from "../hub/mod.ts";
import { coachState, interlocks } from "../safety/mod.ts";
import type { SafetyView } from "../wire/mod.ts";

/** Whether the coach is parked, each piece of evidence with its age, and the rules that follow from it. */
export function safetyView(hub: Hub, nowMs: number): SafetyView {
  const chassis = hub.entities().filter(({ definition: { kind } }) => kind === "chassis" || kind === "engine");
  const { driving, evidence } = hub.coachState();
  return {
    driving,
    evidence: evidence.map((text) => {
      const source = chassis.find((record) => coachState([record]).evidence.includes(text));
      const heard = source?.bindings.flatMap(({ heardMs }) => heardMs ?? []) ?? [];
      return { text, ...(heard.length === 0 ? {} : { ageS: Math.max(0, (nowMs - Math.max(...heard)) / 1000) }) };
    }),
    safeReason: hub.safeReason ?? null,
    interlocks: Object.entries(interlocks).flatMap(([kind, { others, commands = {}, reason }]) => [
      ...Object.entries(commands).map(([command, rule]) => ({ kind, command, rule, reason })),
      { kind, command: "*", rule: others, reason },
    ]),
  };
}
