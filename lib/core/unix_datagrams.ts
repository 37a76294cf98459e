import type { Datagrams } from "./systemd_notifier.ts";

/** As much of Deno's datagram sockets as is used; they are behind `--unstable-net`. */
interface DatagramListener {
  send(data: Uint8Array, to: { readonly transport: "unixpacket"; readonly path: string }): Promise<number>;
  close(): void;
}
interface DatagramRuntime {
  listenDatagram?(options: { readonly transport: "unixpacket"; readonly path: string }): DatagramListener;
}

/**
 * Opens the way to a datagram socket of this machine.
 *
 * @param options.folder where our own end of it lives as a file while it is open.
 * @throws {Error} when the runtime was started without `--unstable-net`, or the folder cannot be written.
 */
export function unixDatagrams(socket: string, options: { readonly folder: string }): Datagrams {
  const { listenDatagram } = Deno as unknown as DatagramRuntime;
  if (!listenDatagram) {
    throw new Error(`Cannot send to "${socket}": the runtime has no datagram sockets, start it with --unstable-net`);
  }
  // An abstract socket has a zero byte where the environment shows an @.
  const path = socket.startsWith("@") ? `\0${socket.slice(1)}` : socket;
  const own = `${options.folder}/coachiq-notify-${crypto.randomUUID().slice(0, 8)}`;
  const listener = listenDatagram({ transport: "unixpacket", path: own });
  return {
    async send(text) {
      await listener.send(new TextEncoder().encode(text), { transport: "unixpacket", path });
    },
    close() {
      listener.close();
      try {
        Deno.removeSync(own);
      } catch {
        // Whoever cleans the folder for temporary files was quicker.
      }
    },
  };
}
