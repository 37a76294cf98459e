import { z } from "zod";
import { key, type KeyFacts, named } from "./schema_key.ts";

/** `sim`, `replay:FILE`, or a name that the kernel takes (IFNAMSIZ is 16 with the closing zero). */
const canSource = z.string().regex(/^(sim|replay:.{1,1000}|[^\s/:,]{1,15})$/);

/** What is on the bus: one simulated coach, one log, or interfaces of the machine. */
const canSources = z.array(canSource).min(1).max(8).refine((sources) =>
  new Set(sources).size === sources.length &&
  (sources.length === 1 || sources.every((source) => source !== "sim" && !source.startsWith("replay:")))
);

/** The buses. */
export const canSection = z.strictObject({
  interfaces: key(canSources.default(["sim"]), {
    doc:
      'Where frames come from: interfaces of the machine such as `["can0", "can1"]`, or alone `"sim"` (a simulated ' +
      'coach) or `"replay:FILE"` (a candump log).',
    who: "owner",
    reload: "restart",
    expected: 'a list of different interfaces such as ["can0", "can1"], or ["sim"], or ["replay:FILE"]',
  }),
  bitrates: named(
    {
      placeholder: "interface",
      names: /^[A-Za-z0-9_-]{1,15}$/,
      expected: "an interface such as can0",
    },
    key(z.literal([125_000, 250_000, 500_000, 1_000_000]), {
      doc:
        "Bits per second of an interface. The unit `coachiq-can@<interface>.service` brings it up with them when it " +
        "is down and `can.interfaces` names it. RV-C runs at 250000, which is taken for an interface that is not named here; chassis buses run at " +
        "250000 or 500000.",
      unit: "bit/s",
      who: "owner",
      reload: "restart",
    }),
  ),
  source_address: key(z.int().min(128).max(253).optional(), {
    doc: "Address that CoachIQ claims first on each bus; when another node holds it, the next lower free one. Where " +
      "none is set it begins at the top of the range of control panels (RV-C 2023-11, table 7.2).",
    who: "owner",
    reload: "restart",
  }),
}).prefault({});

const ofModel: Pick<KeyFacts, "who" | "reload" | "layers"> = {
  who: "release",
  reload: "live",
  layers: ["model", "structure"],
};

/** Which coach it is. */
export const coachSection = z.strictObject({
  model: key(z.string().regex(/^[A-Za-z0-9_./-]{1,200}$/).optional(), {
    doc: "Coach model, by its id or as the path of a `.yml` file. Where none is set it is `generic_rv`, and " +
      "`simulated_coach` with the simulated coach.",
    who: "owner",
    reload: "restart",
    expected: "the id of a coach model such as generic_rv",
  }),
  name: key(z.string().min(1).max(120).optional(), {
    doc: "Name of the coach, of its model or as edited in Settings, Coach.",
    ...ofModel,
  }),
  make: key(z.string().min(1).max(120).optional(), { doc: "Who built the coach.", ...ofModel }),
  year: key(z.int().min(1950).max(2100).optional(), { doc: "Model year.", ...ofModel }),
  model_version: key(z.int().min(1).max(1_000_000).optional(), {
    doc: "Version of the model in use.",
    ...ofModel,
  }),
  entities: key(z.int().min(0).max(100_000).optional(), {
    doc: "How many lights, tanks and other things are mapped.",
    ...ofModel,
  }),
}).prefault({});

const ofProtocol: Pick<KeyFacts, "who" | "reload" | "layers"> = {
  who: "release",
  reload: "live",
  layers: ["protocol"],
};

/** Facts about the tables inside the program. */
export const protocolSection = z.strictObject({
  rvc: z.strictObject({
    edition: key(z.string().min(1).max(40).optional(), {
      doc: "Edition of the RV-C specification that the tables follow.",
      ...ofProtocol,
    }),
    messages: key(z.int().min(0).max(100_000).optional(), {
      doc: "How many messages of RV-C the tables describe.",
      ...ofProtocol,
    }),
  }).prefault({}),
  j1939: z.strictObject({
    messages: key(z.int().min(0).max(100_000).optional(), {
      doc: "How many messages of J1939 the tables describe.",
      ...ofProtocol,
    }),
  }).prefault({}),
}).prefault({});

const ofProgram: Pick<KeyFacts, "who" | "reload" | "layers"> = {
  who: "program",
  reload: "live",
  layers: ["state"],
};

/** What the program remembers about itself. */
export const systemSection = z.strictObject({
  active_model: key(z.string().min(1).max(200).optional(), {
    doc: "Coach model that was imported last and is in use.",
    ...ofProgram,
  }),
  base_model_hash: key(z.string().regex(/^[0-9a-f]{16,128}$/).optional(), {
    doc: "Check sum of that model as it was shipped; tells whether a release brings a newer one.",
    expected: "a check sum in hexadecimal digits",
    ...ofProgram,
  }),
}).prefault({});
