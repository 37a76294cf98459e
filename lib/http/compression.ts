import type { Context, MiddlewareHandler } from "hono";
import { accepts } from "hono/accepts";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import type { SiteEnv } from "./route.ts";

/** Answers that are made as a whole before they are sent. */
const wholeType = /^(application\/(problem\+)?json|text\/html)\b/;
/** Below this the head of the answer is most of it, bytes. */
const leastBytes = 1024;

/** Answers that are remembered with their compressed form, and from which size on, bytes. */
const keptAnswers = 4;
const leastKeptBytes = 32_768;

/** Compressed forms of the last large answers: several phones that ask for the same list wait for one compression. */
class Compressed {
  readonly #kept: { readonly bytes: Uint8Array; readonly compressed: Uint8Array<ArrayBuffer> }[] = [];

  of(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const known = this.#kept.find((one) => one.bytes.length === bytes.length && equal(one.bytes, bytes));
    if (known) return known.compressed;
    // The list of a large coach takes 4 ms at the default level, 1.5 ms at this one, and is a third larger.
    const compressed = new Uint8Array(gzipSync(bytes, bytes.length < leastKeptBytes ? {} : { level: 1 }));
    if (bytes.length < leastKeptBytes) return compressed;
    this.#kept.unshift({ bytes, compressed });
    this.#kept.length = Math.min(this.#kept.length, keptAnswers);
    return compressed;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/**
 * Compresses pages and JSON in one go. Passing a body through a compressing stream costs several times the compression
 * itself, which is time in which the bus is not heard. What is sent piece by piece is left to a stream.
 */
export function compressWhole(): MiddlewareHandler<SiteEnv> {
  const compressed = new Compressed();
  return async (c, next) => {
    await next();
    await compressAnswer(c, compressed);
  };
}

async function compressAnswer(c: Context<SiteEnv>, known: Compressed): Promise<void> {
  const { res } = c;
  if (c.req.method === "HEAD" || !res.body || res.headers.has("content-encoding")) return;
  if (!wholeType.test(res.headers.get("content-type") ?? "")) return;
  const bytes = new Uint8Array(await res.arrayBuffer());
  const coding = accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "identity" });
  const headers = new Headers(res.headers);
  headers.append("vary", "Accept-Encoding");
  const isCompressed = coding === "gzip" && bytes.length >= leastBytes;
  if (isCompressed) headers.set("content-encoding", "gzip");
  const body = isCompressed ? known.of(bytes) : bytes;
  headers.set("content-length", String(body.length));
  // An answer that is there already would pass its headers on to the new one.
  c.res = undefined;
  c.res = new Response(body, { status: res.status, headers });
}
