import {
  type ActiveFault,
  failureModeName,
  FaultBook,
  type FaultEvent,
  parseDiagnosis,
  type Protocol,
  spnName,
} from "../protocol/mod.ts";

/** A fault that is active, or was. */
export interface ObservedFault {
  readonly interfaceName: string;
  readonly sourceAddress: number;
  readonly standard: "rvc" | "j1939";
  readonly spn: number;
  readonly spnName: string | undefined;
  readonly fmi: number;
  readonly fmiName: string | undefined;
  readonly occurrences: number | undefined;
  readonly redLamp: boolean;
  readonly yellowLamp: boolean;
  readonly active: boolean;
  readonly firstWallMs: number;
  readonly lastWallMs: number;
}

/** Faults that are over and still shown. */
const maxPast = 200;

/** Active faults of every interface, and the newest of those that are over. */
export class FaultList {
  readonly #protocol: Protocol;
  readonly #books = new Map<string, FaultBook>();
  readonly #seen = new Map<string, ObservedFault>();
  #past: ObservedFault[] = [];

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  /** Active ones first, then past ones, newest first. */
  all(): readonly ObservedFault[] {
    return [...this.#seen.values(), ...[...this.#past].reverse()];
  }

  /** A diagnostic message of either standard; others are ignored. */
  onMessage(message: { readonly dgn: number; readonly sourceAddress: number; readonly data: Uint8Array }, at: {
    readonly interfaceName: string;
    readonly nowMs: number;
    readonly wallMs: number;
  }): void {
    const { sourceAddress } = message;
    const diagnosis = parseDiagnosis(message);
    if (!diagnosis || sourceAddress > 253) return;
    let book = this.#books.get(at.interfaceName);
    if (!book) {
      book = new FaultBook();
      this.#books.set(at.interfaceName, book);
    }
    this.#take(book.apply(sourceAddress, diagnosis, at.nowMs), at);
    for (const fault of diagnosis.faults) {
      const key = keyOf(at.interfaceName, { sourceAddress, layout: diagnosis.layout, ...fault });
      const seen = this.#seen.get(key);
      if (!seen) continue;
      this.#seen.set(key, {
        ...seen,
        occurrences: fault.occurrences,
        redLamp: diagnosis.redLamp === true,
        yellowLamp: diagnosis.yellowLamp === true,
        lastWallMs: at.wallMs,
      });
    }
  }

  /** Finds the faults that are over. */
  tick(nowMs: number, wallMs: number): void {
    for (const [interfaceName, book] of this.#books) this.#take(book.tick(nowMs), { interfaceName, wallMs });
  }

  #take(events: readonly FaultEvent[], at: { readonly interfaceName: string; readonly wallMs: number }): void {
    for (const { kind, fault } of events) {
      const key = keyOf(at.interfaceName, fault);
      if (kind === "active") {
        this.#seen.set(key, this.#observed(fault, at));
        continue;
      }
      const seen = this.#seen.get(key);
      if (!seen) continue;
      this.#seen.delete(key);
      this.#past.push({ ...seen, active: false });
      if (this.#past.length > maxPast) this.#past = this.#past.slice(-maxPast);
    }
  }

  #observed(fault: ActiveFault, at: { readonly interfaceName: string; readonly wallMs: number }): ObservedFault {
    const { tables } = this.#protocol;
    return {
      interfaceName: at.interfaceName,
      sourceAddress: fault.sourceAddress,
      standard: fault.layout === "dmRv" ? "rvc" : "j1939",
      spn: fault.spn,
      spnName: spnName(fault.spn, fault.layout, tables),
      fmi: fault.fmi,
      fmiName: failureModeName(fault.fmi, tables),
      occurrences: fault.occurrences,
      redLamp: false,
      yellowLamp: false,
      active: true,
      firstWallMs: at.wallMs,
      lastWallMs: at.wallMs,
    };
  }
}

function keyOf(interfaceName: string, fault: {
  readonly sourceAddress: number;
  readonly layout: string;
  readonly spn: number;
  readonly fmi: number;
}): string {
  return `${interfaceName}/${fault.sourceAddress}/${fault.layout}/${fault.spn}/${fault.fmi}`;
}
