import { formatDgn, lowByteOf } from "../protocol/mod.ts";
import type { CoachModel } from "./definition.ts";
import type { KnownMessages } from "./known_messages.ts";
import type { ProtocolExtension } from "./protocol_extension.ts";
import type { PathProblem } from "./schema_problems.ts";

type Signal = ProtocolExtension["signals"][number];

/** Bits of a frame. */
const frameBits = 64;

/**
 * What is wrong with the messages that a model declares: fields that overlap or lie outside of the frame, numbers and
 * names that are taken.
 *
 * @param messages those of the standards; undefined: only what the model itself shows is checked.
 */
export function checkExtensions(model: CoachModel, messages: KnownMessages | undefined): readonly PathProblem[] {
  const problems: PathProblem[] = [];
  const numbers = new Map<number, string>();
  for (const [name, extension] of Object.entries(model.protocol)) {
    const report = (path: readonly PropertyKey[], text: string) =>
      problems.push({ path: ["protocol", name, ...path], text });
    const number = Number.parseInt(extension.dgn, 16);
    if (lowByteOf(number) !== "group" && (number & 0xff) !== 0) {
      const whole = formatDgn(number & 0x1ff00);
      report(["dgn"], `is "${extension.dgn}", of which the last two digits are an address, expected "${whole}"`);
    }
    const other = numbers.get(number);
    if (other !== undefined) report(["dgn"], `is "${extension.dgn}", which "${other}" has already, expected another`);
    else numbers.set(number, name);
    const row = messages?.rowOf(number);
    if (row) report(["dgn"], `is "${extension.dgn}", which is ${row.name}, expected a number that has no message yet`);
    const taken = messages?.rowNamed(name);
    if (taken) {
      const text = `"${name}" is the name of ${formatDgn(taken.dgn)} already, expected another name`;
      problems.push({ path: ["protocol", name], key: true, text });
    }
    checkSignals(extension, report);
  }
  return problems;
}

function checkSignals(
  extension: ProtocolExtension,
  report: (path: readonly PropertyKey[], text: string) => void,
): void {
  const { signals, instanceField } = extension;
  const bits = new Map<number, string>();
  const names = new Set<string>();
  signals.forEach((signal, i) => {
    const { name, bitLength } = signal;
    if (names.has(name)) report(["signals", i, "name"], `is "${name}", which another field has, expected another`);
    names.add(name);
    const shape = shapeProblem(signal);
    if (shape !== undefined) return report(["signals", i, "bitLength"], shape);
    const first = signal.startByte * 8 + signal.startBit;
    if (first + bitLength > frameBits) {
      const text = `is ${bitLength} from bit ${first} on, beyond byte 7, expected at most ${frameBits - first}`;
      return report(["signals", i, "bitLength"], text);
    }
    const clash = Array.from({ length: bitLength }, (_, bit) => bits.get(first + bit)).find((owner) => owner);
    if (clash !== undefined) report(["signals", i], `"${name}" shares bits with "${clash}", expected bits of its own`);
    for (let bit = first; bit < first + bitLength; bit++) if (!bits.has(bit)) bits.set(bit, name);
    const top = 2 ** bitLength - 1;
    for (const raw of Object.keys(signal.labels ?? {})) {
      if (Number(raw) <= top) continue;
      report(["signals", i, "labels", raw], `is the label of ${raw}, expected raw numbers of at most ${top}`);
    }
  });
  if (instanceField !== undefined && !names.has(instanceField)) {
    const known = [...names].join(", ");
    report(["instanceField"], `is "${instanceField}", which is no field of the message, expected one of ${known}`);
  }
}

function shapeProblem({ type, bitLength, startBit }: Signal): string | undefined {
  switch (type) {
    case "uint":
    case "bitmap":
      return bitLength > 32 ? `is ${bitLength}, expected at most 32 for a number` : undefined;
    case "bytes":
    case "ascii":
      if (startBit !== 0) return `begins at bit ${startBit}, expected a text to begin with a byte`;
      return bitLength % 8 === 0 ? undefined : `is ${bitLength}, expected whole bytes for a text`;
    default:
      return type satisfies never;
  }
}
