import { type Principal, seesEntity } from "./principal.ts";
import { type CommandRequest, type HttpServices, RequestError, type ServiceListener } from "./services.ts";

/** The coach as somebody sees it who may see a few entities alone. */
class GuestServices implements HttpServices {
  readonly #all: HttpServices;
  readonly #guest: Principal;

  constructor(all: HttpServices, guest: Principal) {
    this.#all = all;
    this.#guest = guest;
  }

  health() {
    return this.#all.health();
  }

  coach() {
    return this.#all.coach();
  }

  entities() {
    return this.#all.entities().filter(({ id }) => seesEntity(this.#guest, id));
  }

  entity(id: string) {
    return seesEntity(this.#guest, id) ? this.#all.entity(id) : undefined;
  }

  async command(id: string, request: CommandRequest) {
    // That the coach is parked is not for a guest to say.
    if (seesEntity(this.#guest, id)) return await this.#all.command(id, { ...request, parked: false });
    throw new RequestError(404, `Cannot run a command: there is no entity "${id}"`);
  }

  interfaces() {
    return [];
  }

  frames() {
    return [];
  }

  unknown() {
    return { dgns: [], instances: [], silent: [] };
  }

  nodes() {
    return [];
  }

  diagnostics() {
    return [];
  }

  record(): Promise<never> {
    return Promise.reject(new RequestError(404, "Cannot record: there is no interface"));
  }

  recording() {
    return { recording: false, file: null, frames: 0, bytes: 0, dropped: 0 };
  }

  subscribe(listener: ServiceListener) {
    return this.#all.subscribe(listener);
  }
}

/** The services as this principal may see them. */
export function servicesFor(services: HttpServices, principal: Principal | undefined): HttpServices {
  return principal?.entities === undefined ? services : new GuestServices(services, principal);
}
