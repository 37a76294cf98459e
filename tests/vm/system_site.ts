/** A light, as the site tells it. */
export interface Light {
  readonly id: string;
  readonly freshness: string;
  readonly state: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** How a command ended. */
export interface Outcome {
  readonly outcome: string;
  readonly reasons: readonly string[];
}

/** The site of a coach, as a program of the owner's uses it over the network. */
export class SystemSite {
  readonly #url: () => string;
  #token: string | undefined;

  /** `url` is asked before each request: it changes when the machine is switched off and on. */
  constructor(url: () => string) {
    this.#url = url;
  }

  /** Makes the owner's account with the set-up code, and a token that is used from now on. */
  async setUp(code: string): Promise<void> {
    const account = { name: "Owner", username: "owner", password: "correct horse battery staple" };
    const answer = await this.#send("/api/auth/set-up", { body: { code, account } });
    const cookie = answer.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
    const me = await answer.json();
    if (me.state !== "signedIn" || me.role !== "owner") throw new Error(`Not signed in: ${JSON.stringify(me)}`);
    const draft = { name: "Bench", scope: "control" };
    const made = await (await this.#send("/api/auth/tokens", { body: draft, cookie })).json();
    if (typeof made.text !== "string") throw new Error(`No token: ${Object.keys(made).join(", ")}`);
    this.#token = made.text;
  }

  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.#url()}/readyz`, { signal: AbortSignal.timeout(30_000) });
    await response.body?.cancel();
    return response.ok;
  }

  async lights(): Promise<readonly Light[]> {
    return await (await this.#send("/api/entities?kind=light", {})).json();
  }

  async command(id: string, command: string): Promise<Outcome> {
    const body = { command, parameters: {} };
    return await (await this.#send(`/api/entities/${id}/commands`, { body })).json();
  }

  async #send(
    path: string,
    { body, cookie }: { readonly body?: unknown; readonly cookie?: string },
  ): Promise<Response> {
    const url = this.#url();
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json", origin: url }),
        ...(cookie === undefined ? {} : { cookie }),
        ...(cookie === undefined && this.#token !== undefined ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    if (response.ok) return response;
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
}
