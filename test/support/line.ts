import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What a line does with requests. */
export type LineMode =
  /** Carries them. */
  | "well"
  /** Takes them and never responds. */
  | "hole"
  /** Responds with a head, and with a body that stops half way. */
  | "stalledBody"
  /** Responds with a body that goes on, byte by byte, and never ends. */
  | "endlessBody"
  /** Resets the connection when a request arrives. */
  | "reset";

export const DEAD_MODES = ["hole", "stalledBody", "endlessBody", "reset"] as const satisfies readonly LineMode[];

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 1000000\r\n\r\n{";

/** A TCP connection on loopback to a service, which can be broken in the ways of real networks. */
export class Line {
  mode: LineMode = "well";
  readonly #open = new Set<Socket>();
  readonly #server: Server;
  readonly #to: URL;
  /** Requests that arrived while the line was broken. */
  swallowed = 0;
  /** Connections with such requests that are still open. */
  readonly stuck = new Set<Socket>();

  private constructor(to: string) {
    this.#to = new URL(to);
    this.#server = createServer((socket) => this.#take(socket));
  }

  /** @param to the service's endpoint */
  static async to(to: string): Promise<Line> {
    const line = new Line(to);
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) {
      socket.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(socket: Socket): void {
    this.#open.add(socket);
    socket.on("close", () => {
      this.#open.delete(socket);
      this.stuck.delete(socket);
    });
    socket.on("error", () => undefined);
    let service: Socket | undefined;
    socket.on("data", (data) => {
      if (this.mode !== "well") {
        this.swallowed += 1;
        this.#mistreat(socket);
        return;
      }
      service ??= this.#connect(socket);
      service.write(data);
    });
    socket.on("close", () => service?.destroy());
  }

  #connect(socket: Socket): Socket {
    const service = connect(Number(this.#to.port), this.#to.hostname);
    service.on("error", () => socket.destroy());
    service.on("close", () => socket.destroy());
    service.on("data", (data) => {
      if (this.mode === "well") {
        socket.write(data);
      }
    });
    return service;
  }

  #mistreat(socket: Socket): void {
    this.stuck.add(socket);
    switch (this.mode) {
      case "reset":
        socket.resetAndDestroy();
        break;
      case "stalledBody":
        socket.write(HEAD);
        break;
      case "endlessBody": {
        socket.write(HEAD);
        const trickle = setInterval(() => socket.write(" "), 20);
        socket.on("close", () => clearInterval(trickle));
        break;
      }
      default:
      // Nothing is sent.
    }
  }
}
