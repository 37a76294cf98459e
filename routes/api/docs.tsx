import { HttpError, type OpenApiDocument, type PageHandler } from "../../lib/http/mod.ts";

const text = {
  title: "API",
  raw: "openapi.json",
  socket: "Live changes",
  socketHelp: "WebSocket at /ws. Send a subscription, get a snapshot and then numbered changes per topic.",
  body: "Body",
  off: "The explanation of the API is switched off: Settings, System, features.",
};

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, { readonly description: string }>>;
}

const subscription = `{"type":"subscribe","topics":["entities","can","health","coach"]}`;

/** The API, readable. */
const docs: PageHandler = ({ openapi, system }) => {
  const feature = system?.features().find(({ name }) => name === "api_docs");
  if (feature && feature.state !== "running") throw new HttpError(404, { detail: text.off });
  const document = openapi();
  return {
    title: text.title,
    section: "docs",
    body: (
      <>
        <h1>{text.title}</h1>
        <p class="muted">{document.info.description}</p>
        <p>
          <a href="/api/openapi.json">{text.raw}</a>
        </p>
        {operationsOf(document).map(([method, path, operation]) => (
          <section key={`${method} ${path}`} class="card operation">
            <h2>
              <span class={`method method--${method}`}>{method.toUpperCase()}</span> <code>{path}</code>
            </h2>
            <p>{operation.summary}</p>
            {operation.description && <p class="muted">{operation.description}</p>}
            <ul class="plain">
              {operation.parameters?.map((parameter) => (
                <li key={parameter.name}>
                  <code>{parameter.name}</code> <span class="muted">{parameter.in}</span>
                </li>
              ))}
              {bodyKeys(operation, document).map((key) => (
                <li key={key}>
                  <code>{key}</code> <span class="muted">{text.body}</span>
                </li>
              ))}
            </ul>
            <ul class="plain muted">
              {Object.entries(operation.responses ?? {}).map(([status, response]) => (
                <li key={status}>{`${status}: ${response.description}`}</li>
              ))}
            </ul>
          </section>
        ))}
        <section class="card operation">
          <h2>{text.socket}</h2>
          <p>{text.socketHelp}</p>
          <pre><code>{subscription}</code></pre>
        </section>
      </>
    ),
  };
};

export default docs;

function operationsOf(document: OpenApiDocument): readonly (readonly [string, string, Operation])[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) =>
      [method, path, operation] as const
    )
  );
}

/** Keys of the body: its schema is a reference into the components. */
function bodyKeys(operation: Operation, document: OpenApiDocument): readonly string[] {
  const text = JSON.stringify(operation.requestBody ?? {});
  const name = /"#\/components\/schemas\/([A-Za-z]+)"/.exec(text)?.[1];
  const schemas = (document.components as { schemas?: Record<string, { properties?: object }> } | undefined)?.schemas;
  return name ? Object.keys(schemas?.[name]?.properties ?? {}) : [];
}
