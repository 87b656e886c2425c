import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a service that the local runtime does not have responds with. */
export interface Answer {
  readonly status: number;
  /** JSON, or XML as text. */
  readonly body: unknown;
}

/** Responds to an operation, such as `TrentService.DescribeKey` or `GET /2016-08-19/account-settings`; undefined: the runtime's to answer. */
export type Answers = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
  text: string,
  headers: IncomingHttpHeaders,
) => Answer | undefined;

/** The endpoint of a local runtime, with more services beside its own. */
export class Beside implements AsyncDisposable {
  readonly endpoint: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#server = server;
  }

  static async start(runtime: string, answers: Answers): Promise<Beside> {
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
      const { method = "GET", url = "/" } = request;
      const operation = String(headers["x-amz-target"] ?? `${method} ${url.replace(/\/$/, "")}`);
      const answer = answers(operation, body.startsWith("{") ? JSON.parse(body) : {}, body, headers);
      if (answer !== undefined) {
        const isText = typeof answer.body === "string";
        response.writeHead(answer.status, { "content-type": isText ? "text/xml" : "application/x-amz-json-1.1" });
        response.end(isText ? answer.body : JSON.stringify(answer.body));
        return;
      }
      const passed = await fetch(new URL(url, runtime), {
        method,
        headers: headers as Record<string, string>,
        ...(method === "GET" || method === "HEAD" ? {} : { body }),
      });
      response.writeHead(passed.status, { "content-type": passed.headers.get("content-type") ?? "text/plain" });
      response.end(Buffer.from(await passed.arrayBuffer()));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Beside(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
