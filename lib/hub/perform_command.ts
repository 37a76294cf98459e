import type { Command, CommandSpec } from "../entities/mod.ts";
import { type CoachState, mayCommand } from "../safety/mod.ts";
import type { Arming } from "./arming.ts";
import { armCommand } from "./check_command.ts";
import type { CommandBus, Commander, CommandOutcome } from "./commander.ts";
import type { ControlLog } from "./control_log.ts";
import type { EntityRecord } from "./entity_table.ts";
import type { Press } from "./presses.ts";

/** A command that was checked, and who asks for it. */
export interface AskedCommand {
  readonly spec: CommandSpec;
  readonly command: Command;
  readonly request: {
    readonly parked?: boolean;
    readonly press?: Press | undefined;
    readonly actor?: string;
    readonly clientId?: string;
  };
}

/** Asks safety, plans, sends and waits. Whatever is refused ends what the entity holds. */
export async function performCommand(
  record: EntityRecord,
  asked: AskedCommand & {
    readonly commander: Commander;
    readonly arming: Arming;
    readonly controls: ControlLog;
    readonly safeReason: string | undefined;
    readonly coach: CoachState;
    /** All of the coach: what shares an output obeys the stricter rule. */
    readonly entities: Iterable<EntityRecord>;
    readonly bus: CommandBus | undefined;
  },
): Promise<CommandOutcome> {
  const { spec, command, request: { press, ...request }, commander, arming, bus } = asked;
  const entityId = record.definition.id;
  if (press && spec.held) {
    // What is late must not end what another press moves.
    const late = commander.refusalOfPress(record, { command: spec.name, press });
    if (late !== undefined) return commander.immediate("refused", [late]);
  }
  // The stop of a press may come before the command that it stops.
  if (press && !spec.held) commander.endPress(record, press.id);
  const refuse = (reasons: readonly string[]) => {
    commander.release(record);
    if (press) commander.endPress(record, press.id);
    return commander.immediate("refused", reasons);
  };
  if (asked.safeReason !== undefined) return refuse([asked.safeReason]);
  if (spec === armCommand) {
    arming.arm(entityId);
    return commander.immediate("confirmed", []);
  }
  const verdict = mayCommand({
    definition: record.definition,
    entities: asked.entities,
    command: spec.name,
    coach: asked.coach,
    armed: arming.isArmed(entityId),
    ownerSaysParked: request.parked === true,
  });
  if (!verdict.allow) return refuse(verdict.reasons);
  const plan = record.kind.plan(record.definition, record.state, command);
  if (plan.kind === "refusal") return refuse(plan.reasons);
  if (!bus) return refuse(["There is no CAN interface to send on."]);
  const isStop = stopsMotor(record, spec);
  const problem = bus.refusal();
  if (problem !== undefined && !isStop) return refuse([problem]);
  if (spec.needsArming) arming.use(entityId);
  asked.controls.note(request.clientId ?? request.actor ?? "");
  return await commander.run(record, { command, plan, bus, press, isStop });
}

/** Whether a command ends the movement of a motor, which is safe to do at any time, late too. An engine's is not. */
function stopsMotor({ kind, definition }: EntityRecord, spec: CommandSpec): boolean {
  return /^stop/.test(spec.name) && !kind.commands(definition).some(({ needsArming }) => needsArming);
}
