import { type ClientMessage, type Topic, topics } from "./types.ts";

/** A message of a phone that cannot be right, with the sentence to send back. */
export interface BadMessage {
  readonly type: "bad";
  readonly detail: string;
}

const known: ReadonlySet<string> = new Set(topics);
const allowed = topics.join(", ");

/** Reads one text message of a phone; never throws. */
export function parseClientMessage(text: string): ClientMessage | BadMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("Cannot read message: it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return bad("Cannot read message: it is not an object");
  }
  const { type, topics: asked, ...rest } = value as Record<string, unknown>;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) return bad(`Cannot read message: unknown key ${JSON.stringify(extra)}`);
  if (type === "ping" && asked === undefined) return { type };
  if (type === "subscribe" || type === "unsubscribe") {
    const list = parseTopics(asked);
    return typeof list === "string" ? bad(list) : { type, topics: list };
  }
  return bad(
    `Cannot read message: type is ${JSON.stringify(type) ?? "missing"}, expected subscribe, unsubscribe or ping`,
  );
}

function parseTopics(asked: unknown): readonly Topic[] | string {
  if (!Array.isArray(asked) || asked.length === 0 || asked.length > topics.length) {
    return `Cannot read message: topics must be a list of 1 to ${topics.length} of ${allowed}`;
  }
  for (const topic of asked) {
    if (typeof topic !== "string" || !known.has(topic)) {
      return `Cannot read message: topic ${JSON.stringify(topic)} does not exist, expected one of ${allowed}`;
    }
  }
  return [...new Set(asked as Topic[])];
}

function bad(detail: string): BadMessage {
  return { type: "bad", detail };
}
