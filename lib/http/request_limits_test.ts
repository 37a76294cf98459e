import { ok, strictEqual } from "node:assert";
import fc from "fast-check";
import { ManualClock } from "../base/mod.ts";
import { RequestLimits } from "./request_limits.ts";

const phone = "192.168.8.20";

function admitted(limits: RequestLimits, options: { readonly times: number; readonly changes?: boolean }): number {
  let count = 0;
  for (let i = 0; i < options.times; i++) {
    const admission = limits.begin(phone, { changes: options.changes ?? false });
    if ("end" in admission) {
      count++;
      admission.end();
    }
  }
  return count;
}

Deno.test("RequestLimits let a burst through, then as many per second as they say", () => {
  const clock = new ManualClock();
  const limits = new RequestLimits({ clock, requests: { perS: 50, burst: 200 } });
  strictEqual(admitted(limits, { times: 1000 }), 200);
  clock.advance(1000);
  strictEqual(admitted(limits, { times: 1000 }), 50);
  clock.advance(60_000);
  strictEqual(admitted(limits, { times: 1000 }), 200);
});

Deno.test("RequestLimits are stricter with what changes something, and say when to come again", () => {
  const clock = new ManualClock();
  const limits = new RequestLimits({ clock, changes: { perS: 0.25, burst: 3 } });
  strictEqual(admitted(limits, { times: 10, changes: true }), 3);
  const refused = limits.begin(phone, { changes: true });
  strictEqual("retryAfterS" in refused && refused.retryAfterS, 4);
  strictEqual(admitted(limits, { times: 10 }), 10, "looking is still possible");
  clock.advance(4000);
  strictEqual(admitted(limits, { times: 10, changes: true }), 1);
});

Deno.test("RequestLimits never hold up two sliders that are dragged for ten minutes", () => {
  const clock = new ManualClock();
  const limits = new RequestLimits({ clock });
  for (let ms = 0; ms < 600_000; ms += 150) {
    strictEqual(admitted(limits, { times: 2, changes: true }), 2, `after ${ms} ms`);
    clock.advance(150);
  }
});

Deno.test("RequestLimits count what is open at one address, and give it back once", () => {
  const limits = new RequestLimits({ clock: new ManualClock(), open: 2 });
  const first = limits.begin(phone, { changes: false });
  const second = limits.begin(phone, { changes: false });
  ok("end" in first && "end" in second);
  strictEqual(admitted(limits, { times: 1 }), 0);
  ok("end" in limits.begin("192.168.8.21", { changes: false }), "another phone is not held up");
  first.end();
  first.end();
  ok("end" in limits.begin(phone, { changes: false }));
  strictEqual(admitted(limits, { times: 1 }), 0, "what ended twice is given back once");
});

Deno.test("RequestLimits remember a bounded number of addresses, and one IPv6 network is one client", () => {
  const limits = new RequestLimits({ clock: new ManualClock(), addresses: 100, requests: { perS: 1, burst: 5 } });
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      limits.begin(address, { changes: true });
      ok(limits.size <= 100);
    }),
    { numRuns: 1000 },
  );
  let count = 0;
  for (let i = 1; i < 50; i++) if ("end" in limits.begin(`2001:db8::${i}`, { changes: false })) count++;
  strictEqual(count, 5);
});
