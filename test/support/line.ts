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
  | "reset"
  /** Resets the connection in the middle of the body. */
  | "resetBody"
  /** Ends the connection in the middle of a body whose length was said. */
  | "cutBody"
  /** Ends the connection in the middle of a body without a length: only its text shows that it is not whole. */
  | "cutText"
  /** Ends the connection in the middle of a body in chunks. */
  | "cutChunks"
  /** Says that the request may go on, and nothing after that. */
  | "continueOnly"
  /** Responds with something that is not HTTP. */
  | "noHttp"
  /** Responds with status 200 and a page, as the portal of a network does. */
  | "portal";

export const DEAD_MODES = [
  "hole",
  "stalledBody",
  "endlessBody",
  "reset",
  "resetBody",
  "cutBody",
  "cutText",
  "cutChunks",
  "continueOnly",
  "noHttp",
  "portal",
] as const satisfies readonly LineMode[];

const STATUS = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n";
const HEAD = `${STATUS}Content-Length: 1000000\r\n\r\n{`;
const PAGE = "<html><body>Please log in</body></html>";

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
      case "resetBody":
        socket.write(HEAD, () => socket.resetAndDestroy());
        break;
      case "cutBody":
        socket.end(HEAD);
        break;
      case "cutText":
        socket.end(`${STATUS}Connection: close\r\n\r\n{"Successful":[{"Id`);
        break;
      case "cutChunks":
        socket.end(`${STATUS}Transfer-Encoding: chunked\r\n\r\n5\r\n{"Suc\r\n`);
        break;
      case "continueOnly":
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        break;
      case "noHttp":
        socket.end("220 mail.example.org ESMTP\r\n");
        break;
      case "portal":
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`);
        break;
      default:
      // Nothing is sent.
    }
  }
}
