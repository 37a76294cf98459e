import type { CanInterfaceView, DiagnosticView, FrameView, NodeView, UnknownView } from "../wire/mod.ts";
import { ageText, freshnessWords } from "./freshness.ts";

const text = {
  links: {
    up: "Up",
    down: "Down",
    busOff: "Bus off",
    errorPassive: "Many errors",
    missing: "Not there",
  } satisfies Record<CanInterfaceView["link"], string>,
  addresses: {
    idle: "No address yet",
    claiming: "Claiming an address",
    claimed: "Address claimed",
    cannotClaim: "No free address: commands are not possible",
  } satisfies Record<CanInterfaceView["addressState"], string>,
  addressIs: (address: string) => `Own address ${address}`,
  rate: (perSecond: string) => `${perSecond} frames/s`,
  lastFrame: (age: string) => `Last frame ${age}`,
  noInterfaces: "No CAN interface is configured.",
  noNodes: "No node was heard yet.",
  noUnknown: "Every DGN that was heard is known.",
  noInstances: "Every status that was heard belongs to an entity.",
  noSilent: "Every mapped entity was heard.",
  noDiagnostics: "No node reports a fault.",
  noFrames: "No frame yet.",
  active: "Active",
  past: "Past",
  redLamp: "Red lamp",
  yellowLamp: "Yellow lamp",
  fault: (spn: number, fmi: number) => `SPN ${spn}, FMI ${fmi}`,
  times: (count: number) => `${count} times`,
  anyInstance: "none",
};

const count = (value: number) => value.toLocaleString("en-US");

/** One card per interface. */
export function InterfaceCards({ interfaces }: { readonly interfaces: readonly CanInterfaceView[] }) {
  if (interfaces.length === 0) return <p class="empty">{text.noInterfaces}</p>;
  return (
    <div class="cards">
      {interfaces.map((one) => (
        <article key={one.name} class={`card interface is-${one.link}`}>
          <header class="card__head">
            <h3>{one.name}</h3>
            <span class={`pill pill--${one.link === "up" ? "good" : "bad"}`}>{text.links[one.link]}</span>
          </header>
          <p class="interface__rate">{text.rate(count(Math.round(one.rxPerSecond)))}</p>
          {one.problem && <p class="interface__problem">{one.problem}</p>}
          <p class="muted">
            {one.sourceAddress === null ? text.addresses[one.addressState] : text.addressIs(one.sourceAddress)}
          </p>
          <p class="muted">{text.lastFrame(ageText(one.lastFrameAgeMs))}</p>
          <dl class="counters">
            <Counter name="Received" value={one.rxFrames} />
            <Counter name="Sent" value={one.txFrames} />
            <Counter name="Errors" value={one.errorFrames} isBad />
            <Counter name="Malformed" value={one.malformed} isBad />
            <Counter name="Unknown" value={one.unknown} />
            <Counter name="Dropped" value={one.rxDropped + one.txDropped} isBad />
          </dl>
        </article>
      ))}
    </div>
  );
}

function Counter({ name, value, isBad }: { readonly name: string; readonly value: number; readonly isBad?: boolean }) {
  return (
    <div class={isBad && value > 0 ? "is-bad" : undefined}>
      <dt>{name}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}

/** Nodes with their names and their age. */
export function NodeList({ nodes }: { readonly nodes: readonly NodeView[] }) {
  if (nodes.length === 0) return <p class="empty">{text.noNodes}</p>;
  return (
    <ul class="rows">
      {nodes.map((node) => (
        <li key={`${node.interface}:${node.sourceAddress}`} class="row">
          <span class="row__code">{node.sourceAddress}</span>
          <span class="row__main">
            <b>{node.product ? `${node.product.make} ${node.product.model}` : node.manufacturer ?? "Unnamed node"}</b>
            {node.remark && <span class="row__remark">{node.remark}</span>}
            <span class="muted">
              {[node.interface, node.name, node.product?.serialNumber].filter((part) => part).join(" · ")}
            </span>
          </span>
          <span class="row__side">
            <span>{count(node.frames)}</span>
            <span class="muted">{ageText(node.lastAgeMs)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** DGNs that no table describes. */
export function UnknownDgnList({ unknown }: { readonly unknown: UnknownView }) {
  if (unknown.dgns.length === 0) return <p class="empty">{text.noUnknown}</p>;
  return (
    <ul class="rows">
      {unknown.dgns.map((one) => (
        <li key={`${one.interface}:${one.dgn}:${one.sourceAddress}`} class="row">
          <span class="row__code">{one.dgn}</span>
          <span class="row__main">
            <code class="bytes">{bytes(one.lastData)}</code>
            <span class="muted">{`${one.interface} · ${one.sourceAddress}`}</span>
          </span>
          <span class="row__side">
            <span>{count(one.count)}</span>
            <span class="muted">{ageText(one.lastAgeMs)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Status instances that no entity uses. */
export function UnmappedList({ unknown }: { readonly unknown: UnknownView }) {
  if (unknown.instances.length === 0) return <p class="empty">{text.noInstances}</p>;
  return (
    <ul class="rows">
      {unknown.instances.map((one) => (
        <li key={`${one.interface}:${one.dgn}:${one.instance}:${one.sourceAddress}`} class="row">
          <span class="row__code">{one.instance ?? text.anyInstance}</span>
          <span class="row__main">
            <b class="message">{one.message}</b>
            <span class="muted">{`${one.dgn} · ${one.interface} · ${one.sourceAddress}`}</span>
          </span>
          <span class="row__side">
            <span>{count(one.count)}</span>
            <span class="muted">{ageText(one.lastAgeMs)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Mapped entities that are not heard. */
export function SilentList({ unknown }: { readonly unknown: UnknownView }) {
  if (unknown.silent.length === 0) return <p class="empty">{text.noSilent}</p>;
  return (
    <ul class="rows">
      {unknown.silent.map((one) => (
        <li key={one.id}>
          <a class="row" href={`/entities/${one.id}`}>
            <span class="row__main">
              <b>{one.name}</b>
            </span>
            <span class="row__side">{freshnessWords[one.freshness]}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Faults the nodes report. */
export function DiagnosticList({ diagnostics }: { readonly diagnostics: readonly DiagnosticView[] }) {
  if (diagnostics.length === 0) return <p class="empty">{text.noDiagnostics}</p>;
  return (
    <ul class="rows">
      {diagnostics.map((one) => (
        <li key={`${one.interface}:${one.sourceAddress}:${one.spn}:${one.fmi}`} class="row">
          <span class="row__code">{one.sourceAddress}</span>
          <span class="row__main">
            <b>{one.spnName ?? text.fault(one.spn, one.fmi)}</b>
            {one.fmiName && <span class="row__remark">{one.fmiName}</span>}
            <span class="muted">{text.fault(one.spn, one.fmi)}</span>
          </span>
          <span class="row__side">
            <span class={one.active ? "is-bad" : "muted"}>{one.active ? text.active : text.past}</span>
            {one.redLamp && <span class="is-bad">{text.redLamp}</span>}
            {one.yellowLamp && <span class="is-warning">{text.yellowLamp}</span>}
            {one.occurrences !== undefined && <span class="muted">{text.times(one.occurrences)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The trace, newest first. */
export function FrameList({ frames }: { readonly frames: readonly FrameView[] }) {
  if (frames.length === 0) return <p class="empty">{text.noFrames}</p>;
  return (
    <ol class="frames">
      {frames.map((frame) => (
        <li key={frame.sequence} class={`frame is-${frame.direction}`}>
          <span class="frame__time">{frame.time.slice(11, 23)}</span>
          <span class="frame__way">{frame.direction === "tx" ? `${frame.interface} ↑` : frame.interface}</span>
          <span class="frame__id">{frame.id}</span>
          <span class="frame__name">{frame.name ?? frame.dgn}</span>
          <code class="frame__data">{bytes(frame.data)}</code>
        </li>
      ))}
    </ol>
  );
}

function bytes(data: string): string {
  return data.replace(/(..)(?=.)/g, "$1 ");
}
