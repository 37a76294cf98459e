import { createHash } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../base/mod.ts";
import { type CoachModel, documentOf, type KnownMessages, type MappingDocument, stableText } from "../coach/mod.ts";
import { type Store, StoreError } from "../store/mod.ts";
import { modelIds, readModelFile } from "./coach_models.ts";
import { MappingError } from "./mapping_error.ts";

const summarySchema = z.object({
  id: z.string(),
  name: z.string(),
  make: z.string().optional(),
  model: z.string().optional(),
  year: z.number().optional(),
  version: z.number(),
  hash: z.string(),
  entities: z.number(),
  origin: z.string(),
});

/** What a list of models shows of one. */
export type ModelSummary = Readonly<z.infer<typeof summarySchema>>;

/** One model that can be used. */
export interface OfferedModel {
  readonly summary: ModelSummary;
  /** The owner's own. */
  readonly custom: boolean;
}

/** Model → check sum of its file, and what was found in it: a start need not read what has not changed. */
const seenKey = "shipped_models";
const seenSchema = z.record(z.string(), z.object({ file: z.string(), summary: summarySchema }));
type Seen = z.infer<typeof seenSchema>;

/** The owner's models, by id; their content is in the history of models. */
const uploadedKey = "uploaded_models";
const uploadedSchema = z.record(z.string(), summarySchema);
const maxUploaded = 20;

/** The coach models that there are: the program's own, in a folder, and the owner's, in the database. */
export class ModelLibrary {
  readonly #folder: URL;
  readonly #store: Store;
  readonly #messages: KnownMessages;
  readonly #clock: Clock;
  /** What the program's own files say, as far as anybody asked: they do not change while it runs. */
  #seen: Seen | undefined;
  readonly #shipped = new Map<string, ModelSummary>();
  #isNoted = true;

  constructor(options: {
    /** `reference/models/`, as a URL that ends in `/`. */
    readonly folder: URL;
    readonly store: Store;
    readonly messages: KnownMessages;
    readonly clock: Clock;
  }) {
    this.#folder = options.folder;
    this.#store = options.store;
    this.#messages = options.messages;
    this.#clock = options.clock;
  }

  /** Every model, the program's first, in alphabetical order. */
  all(): readonly OfferedModel[] {
    const shipped = modelIds(this.#folder).map((id) => ({ summary: this.#shippedSummary(id), custom: false }));
    this.#note();
    const own = Object.values(this.#uploaded()).map((summary) => ({ summary, custom: true }));
    return [...shipped, ...own.sort((a, b) => a.summary.id < b.summary.id ? -1 : 1)];
  }

  /** One model; undefined: there is none of this id. */
  find(id: string): OfferedModel | undefined {
    if (this.isShipped(id)) {
      const summary = this.#shippedSummary(id);
      this.#note();
      return { summary, custom: false };
    }
    const own = this.#uploaded();
    const summary = Object.hasOwn(own, id) ? own[id] : undefined;
    return summary && { summary, custom: true };
  }

  isShipped(id: string): boolean {
    return modelIds(this.#folder).includes(id);
  }

  /** The content of a model. @throws {MappingError} `notFound` with the ids of those there are. */
  document(id: string): MappingDocument {
    const offered = this.find(id);
    if (!offered) {
      const ids = this.all().map(({ summary }) => summary.id);
      throw new MappingError("notFound", `Cannot find coach model "${id}": there is none of this id`, {
        errors: [`There is no model "${id}", expected one of ${ids.join(", ")}.`],
      });
    }
    if (!offered.custom) return documentOf(this.#read(id));
    const kept = this.#store.imports.shipped(id, offered.summary.hash);
    if (!kept) {
      throw new MappingError("unavailable", `Cannot read coach model "${id}": its content is not kept any more`);
    }
    // Written below, from a document.
    return kept.content as MappingDocument;
  }

  /**
   * Keeps a model of the owner's own. One of the same id is replaced; what is in use stays as it is until it is imported.
   *
   * @throws {MappingError} `conflict` when there is no room for one more.
   */
  add(model: CoachModel): ModelSummary {
    const document = documentOf(model);
    const summary = summaryOf(model, document);
    const own = this.#uploaded();
    if (!Object.hasOwn(own, model.id) && Object.keys(own).length >= maxUploaded) {
      throw new MappingError(
        "conflict",
        `Cannot keep coach model "${model.id}": there are ${maxUploaded} models of your own already`,
      );
    }
    const { id: modelId, version, hash } = summary;
    this.#store.database.transaction({ cause: "mapping", durable: true }, () => {
      this.#store.imports.keep({ modelId, version, hash, content: document }, this.#clock.wallMs());
      this.#store.systemSettings.set({ [uploadedKey]: { ...own, [modelId]: summary } });
    });
    return summary;
  }

  #read(id: string): CoachModel {
    const shown = `reference/models/${id}.yml`;
    return readModelFile(id, { path: this.#pathOf(id), shown, messages: this.#messages });
  }

  #pathOf(id: string): URL {
    return new URL(`${id}.yml`, this.#folder);
  }

  /** Reads a file only when it is another one than last time. */
  #shippedSummary(id: string): ModelSummary {
    const known = this.#shipped.get(id);
    if (known) return known;
    const file = createHash("sha256").update(Deno.readFileSync(this.#pathOf(id))).digest("hex");
    this.#seen ??= this.#seenBefore();
    const before = Object.hasOwn(this.#seen, id) ? this.#seen[id] : undefined;
    let summary = before?.file === file ? before.summary : undefined;
    if (!summary) {
      const model = this.#read(id);
      summary = summaryOf(model, documentOf(model));
      this.#seen = { ...this.#seen, [id]: { file, summary } };
      this.#isNoted = false;
    }
    this.#shipped.set(id, summary);
    return summary;
  }

  #seenBefore(): Seen {
    const parsed = seenSchema.safeParse(this.#store.systemSettings.get(seenKey));
    return parsed.success ? parsed.data : {};
  }

  /** Remembers what was read, for the next start. */
  #note(): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    try {
      this.#store.systemSettings.set({ [seenKey]: this.#seen });
    } catch (error) {
      // The next start reads the files once more, no more than that.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #uploaded(): Readonly<Record<string, ModelSummary>> {
    const parsed = uploadedSchema.safeParse(this.#store.systemSettings.get(uploadedKey));
    return parsed.success ? parsed.data : {};
  }
}

/** What a list shows of a model; the hash is of what it says, whatever its file looks like. */
function summaryOf(model: CoachModel, document: MappingDocument): ModelSummary {
  const { id, name, make, model: modelName, year, version, origin, entities } = model;
  return {
    id,
    name,
    ...(make === undefined ? {} : { make }),
    ...(modelName === undefined ? {} : { model: modelName }),
    ...(year === undefined ? {} : { year }),
    version,
    hash: contentHash(document),
    entities: entities.length,
    origin: origin.source,
  };
}

/** SHA-256 of a document's content, as hexadecimal digits. */
export function contentHash(document: MappingDocument): string {
  const { model, areas, entities, protocol, order } = document;
  const text = stableText({
    model,
    areas,
    entities,
    protocol,
    order: { areas: order.areas, entities: order.entities },
  });
  return createHash("sha256").update(text).digest("hex");
}
