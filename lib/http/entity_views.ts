import {
  type BindingStatus,
  type EntityRecord,
  type EntitySnapshot,
  type Hub,
  shownState,
  signalSpecs,
  signalStatuses,
  type Source,
} from "../hub/mod.ts";
import { formatAddress, formatDgn } from "../protocol/mod.ts";
import type { EntityChange, EntityDetail, EntityView, SignalView, SourceView } from "../wire/mod.ts";

/** Since the latest message of an entity; nothing when none was heard. */
function heardAge(record: EntityRecord | undefined, nowMs: number): { readonly heardAgeMs?: number } {
  const heard = record?.bindings.flatMap(({ heardMs }) => heardMs ?? []) ?? [];
  return heard.length === 0 ? {} : { heardAgeMs: Math.round(nowMs - Math.max(...heard)) };
}

/** The changing part of an entity as phones get it. */
export function changeView(
  snapshot: EntitySnapshot,
  options: { readonly record: EntityRecord | undefined; readonly nowMs: number },
): EntityChange {
  return {
    ...heardAge(options.record, options.nowMs),
    id: snapshot.id,
    state: snapshot.state,
    updatedAt: snapshot.updatedAtMs === undefined ? null : new Date(snapshot.updatedAtMs).toISOString(),
    freshness: snapshot.freshness,
    source: snapshot.source ? sourceView(snapshot.source) : null,
  };
}

/** One entity of the list. A simulated coach obeys by its making, so nothing of it asks for a hold. */
export function entityView(
  record: EntityRecord,
  options: { readonly hub: Hub; readonly simulated: boolean; readonly nowMs: number },
): EntityView {
  const { definition } = record;
  return {
    ...changeView(options.hub.snapshot(record), { record, nowMs: options.nowMs }),
    kind: definition.kind,
    name: definition.name,
    area: definition.area,
    commands: options.hub.commandsOf(record),
    verified: options.simulated || definition.provenance.verified,
    hidden: definition.hidden,
  };
}

/** One entity with every signal, its age and its source. */
export function entityDetail(
  record: EntityRecord,
  options: { readonly hub: Hub; readonly simulated: boolean; readonly nowMs: number },
): EntityDetail {
  const { definition } = record;
  const { provenance } = definition;
  return {
    ...entityView(record, options),
    signals: signalViews(record, options.nowMs),
    bindings: record.bindings.map((status) => bindingView(status, options.nowMs)),
    provenance: {
      source: provenance.source,
      ...(provenance.coach === undefined ? {} : { coach: provenance.coach }),
      ...(provenance.evidence === undefined ? {} : { evidence: provenance.evidence }),
      verified: provenance.verified,
    },
  };
}

function sourceView(source: Source): SourceView {
  return {
    interface: source.interfaceName,
    sourceAddress: formatAddress(source.sourceAddress),
    message: source.message,
    dgn: formatDgn(source.dgn),
  };
}

function signalViews(record: EntityRecord, nowMs: number): SignalView[] {
  const statuses = signalStatuses(record);
  const shown = shownState(record);
  return signalSpecs(record).map((spec, index) => {
    const status = statuses[index];
    const reading = shown[spec.name];
    return {
      name: spec.name,
      label: spec.label,
      ...(spec.help === undefined ? {} : { help: spec.help }),
      ...(reading === undefined ? {} : { reading }),
      ...(status?.heardMs === undefined ? {} : { ageMs: Math.round(nowMs - status.heardMs) }),
      freshness: status?.freshness ?? "unseen",
      ...(status?.source ? { source: sourceView(status.source) } : {}),
    };
  });
}

function bindingView(status: BindingStatus, nowMs: number): EntityDetail["bindings"][number] {
  return {
    message: status.binding.message,
    dgn: formatDgn(status.dgn),
    ...(status.binding.instance === undefined ? {} : { instance: status.binding.instance }),
    ...(status.heardMs === undefined ? {} : { ageMs: Math.round(nowMs - status.heardMs) }),
    freshness: status.freshness,
  };
}
