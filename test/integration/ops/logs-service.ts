import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the service was asked. */
interface Query {
  readonly logGroupNames: readonly string[];
  readonly queryString: string;
  readonly startTime: number;
  readonly endTime: number;
}

/**
 * The endpoint of a local runtime, with CloudWatch Logs Insights beside its services: `StartQuery` and `GetQueryResults` over lines that
 * functions wrote. It knows `like`, `and` and `or` as `fanfare trace` writes them.
 */
export class LogsService implements AsyncDisposable {
  readonly endpoint: string;
  readonly queries: Query[] = [];
  /** Log groups that exist, with their lines. */
  readonly groups = new Map<string, string[]>();
  /** How often a query says that it runs before it is complete. */
  runs = 1;
  /** The status with which queries end. */
  status = "Complete";
  readonly stopped: string[] = [];
  readonly #server: Server;
  readonly #looks = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(runtime: string): Promise<LogsService> {
    let service: LogsService | undefined;
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const target = String(request.headers["x-amz-target"] ?? "");
      if (target.startsWith("Logs_20140328.")) {
        const { status, answer } = service?.answer(target.slice(14), JSON.parse(body)) ?? { status: 500, answer: {} };
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
        return;
      }
      const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
      const { method = "GET", url = "/" } = request;
      const passed = await fetch(new URL(url, runtime), {
        method,
        headers: headers as Record<string, string>,
        ...(method === "GET" || method === "HEAD" ? {} : { body }),
      });
      response.writeHead(passed.status, { "content-type": passed.headers.get("content-type") ?? "text/plain" });
      response.end(Buffer.from(await passed.arrayBuffer()));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    service = new LogsService(server);
    return service;
  }

  answer(operation: string, input: Record<string, unknown>): { status: number; answer: unknown } {
    if (operation === "StartQuery") {
      const query = input as unknown as Query;
      this.queries.push(query);
      const absent = query.logGroupNames.find((name) => !this.groups.has(name));
      return absent === undefined
        ? { status: 200, answer: { queryId: String(this.queries.length - 1) } }
        : { status: 400, answer: { __type: "ResourceNotFoundException", message: `no log group ${absent}` } };
    }
    const queryId = String(input.queryId);
    if (operation === "StopQuery") {
      this.stopped.push(queryId);
      return { status: 200, answer: { success: true } };
    }
    const looks = (this.#looks.get(queryId) ?? 0) + 1;
    this.#looks.set(queryId, looks);
    const done = looks > this.runs;
    const results = done && this.status === "Complete" ? this.#results(this.queries[Number(queryId)]) : [];
    return { status: 200, answer: { status: done ? this.status : "Running", results } };
  }

  #results(query: Query | undefined): unknown[] {
    const strings = [...(query?.queryString ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, each = ""]) =>
      each.replaceAll(/\\(.)/g, "$1"),
    );
    const [all = "", ...any] = strings;
    return (query?.logGroupNames ?? []).flatMap((group) =>
      (this.groups.get(group) ?? [])
        .filter((line) => line.includes(all) && any.some((each) => line.includes(each)))
        .map((line, index) => [
          {
            field: "@timestamp",
            value: new Date(1_764_000_000_000 + index).toISOString().slice(0, 23).replace("T", " "),
          },
          { field: "@log", value: `000000000000:${group}` },
          { field: "@message", value: line },
          { field: "@ptr", value: "x" },
        ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
