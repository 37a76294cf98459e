import { CommandError, type Hub, isTryable, type MovedFinding, type UnmappedFinding } from "../hub/mod.ts";
import { formatAddress, type Message } from "../protocol/mod.ts";
import type { CommandResult, DiscoveryView, ListeningView, MappingJson, ProposalView } from "../wire/mod.ts";
import type { CoachServices } from "./coach_services.ts";
import { RequestError } from "./services.ts";

/** How long somebody may listen, ms. */
const shortestMs = 1_000;
const longestMs = 60_000;

/** The part of {@link CoachServices} that is about the live bus, over the hub. */
export class DiscoveryServices implements Pick<CoachServices, "discovery" | "listen" | "listening" | "tryOutput"> {
  readonly #hub: Hub;

  constructor(options: { readonly hub: Hub }) {
    this.#hub = options.hub;
  }

  discovery(): DiscoveryView {
    const { discovery } = this.#hub;
    return {
      unmapped: discovery.unmapped().map(unmappedView),
      silent: discovery.silent().map(({ definition: { id, name }, missing }) => ({ entityId: id, name, missing })),
    };
  }

  /** @throws {RequestError} 422 for a time that is out of range. */
  listen(durationMs: number): ListeningView {
    if (!(durationMs >= shortestMs && durationMs <= longestMs)) {
      throw new RequestError(
        422,
        `Cannot listen for "${durationMs}" ms: expected a time from ${shortestMs} to ${longestMs} ms`,
      );
    }
    this.#hub.discovery.listen(durationMs);
    return this.listening();
  }

  listening(): ListeningView {
    const { isListening, remainingMs, moved } = this.#hub.discovery.listening();
    return { listening: isListening, remainingMs: Math.ceil(remainingMs), moved: moved.map(movedView) };
  }

  /** @throws {RequestError} 422 for a definition that is none, and for a command that it does not have. */
  async tryOutput(
    definition: Readonly<Record<string, MappingJson>>,
    request: Parameters<CoachServices["tryOutput"]>[1],
  ): Promise<CommandResult> {
    try {
      return await this.#hub.trial.run(definition, request);
    } catch (error) {
      if (error instanceof CommandError) throw new RequestError(422, error.message, error.errors);
      throw error;
    }
  }
}

function unmappedView(
  { key, interfaceName, instance, message, says, ageMs, proposal }: UnmappedFinding,
): DiscoveryView["unmapped"][number] {
  return {
    key,
    ...whereOf(message, { interfaceName, instance }),
    ageMs: Math.round(ageMs),
    says,
    ...(proposal ? { proposal: proposalView(proposal) } : {}),
  };
}

function movedView({ of, change, times, entityId, proposal }: MovedFinding): ListeningView["moved"][number] {
  return {
    key: of.key,
    ...whereOf(of.last, of),
    change,
    times,
    ...(entityId === undefined ? {} : { entityId }),
    ...(proposal ? { proposal: proposalView(proposal) } : {}),
  };
}

function whereOf(
  message: Message,
  at: { readonly interfaceName: string; readonly instance: number | undefined },
) {
  return {
    interface: at.interfaceName,
    sourceAddress: formatAddress(message.sourceAddress),
    message: message.row.name,
    ...(at.instance === undefined ? {} : { instance: at.instance }),
  };
}

function proposalView({ definition, evidence }: NonNullable<UnmappedFinding["proposal"]>): ProposalView {
  // A definition is JSON as its model file states it; zod leaves no undefined in it.
  return { definition: definition as unknown as ProposalView["definition"], evidence, tryable: isTryable(definition) };
}
