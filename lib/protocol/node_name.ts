/** The 64-bit NAME of a node (RV-C 2023-11, 3.3.2; the names of bytes 5 to 7 are J1939's). */
export interface NodeName {
  /** [0, 0x1FFFFF] */
  readonly serialNumber: number;
  /** [0, 0x7FF] */
  readonly manufacturerCode: number;
  /** [0, 7], deprecated in RV-C. */
  readonly nodeInstance: number;
  /** [0, 31], deprecated in RV-C. */
  readonly functionInstance: number;
  /** [0, 255] */
  readonly function: number;
  /** [0, 127] */
  readonly vehicleSystem: number;
  /** [0, 15] */
  readonly vehicleSystemInstance: number;
  /** [0, 7] */
  readonly industryGroup: number;
  /** `true`: takes another address when it loses one (dynamic); `false`: static. */
  readonly arbitraryAddressCapable: boolean;
}

/** Parts and their widths, from bit 0 of byte 0 on. */
const widths = [
  ["serialNumber", 21],
  ["manufacturerCode", 11],
  ["nodeInstance", 3],
  ["functionInstance", 5],
  ["function", 8],
  ["reserved", 1],
  ["vehicleSystem", 7],
  ["vehicleSystemInstance", 4],
  ["industryGroup", 3],
  ["arbitraryAddressCapable", 1],
] as const;

/**
 * The 8 bytes of a NAME.
 *
 * @throws RangeError when a part does not fit.
 */
export function encodeName(name: NodeName): Uint8Array {
  let value = 0n;
  let position = 0n;
  for (const [part, bits] of widths) {
    const number = part === "reserved" ? 0 : Number(name[part]);
    if (!Number.isInteger(number) || number < 0 || number >= 2 ** bits) {
      throw new RangeError(`Cannot build NAME: ${part} is ${number}, expected an integer from 0 to ${2 ** bits - 1}`);
    }
    value |= BigInt(number) << position;
    position += BigInt(bits);
  }
  return Uint8Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** The parts of a NAME, or `undefined` when there are not 8 bytes. */
export function decodeName(data: Uint8Array): NodeName | undefined {
  if (data.length < 8) return undefined;
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, b7 = 0] = data;
  return {
    serialNumber: b0 | (b1 << 8) | ((b2 & 0x1f) << 16),
    manufacturerCode: (b2 >> 5) | (b3 << 3),
    nodeInstance: b4 & 7,
    functionInstance: b4 >> 3,
    function: b5,
    vehicleSystem: b6 >> 1,
    vehicleSystemInstance: b7 & 0x0f,
    industryGroup: (b7 >> 4) & 7,
    arbitraryAddressCapable: b7 >= 0x80,
  };
}

/** < 0 when `a` wins (the lower 64-bit number does), > 0 when `b` wins, 0 for the same NAME. */
export function compareNames(a: Uint8Array, b: Uint8Array): number {
  for (let i = 7; i >= 0; i--) {
    const difference = (a[i] ?? 0xff) - (b[i] ?? 0xff);
    if (difference !== 0) return difference;
  }
  return 0;
}
