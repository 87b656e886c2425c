import { type Answer, Beside } from "./beside.ts";

const TARGET = "Logs_20140328.";

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
  readonly queries: Query[] = [];
  /** Log groups that exist, with their lines. */
  readonly groups = new Map<string, string[]>();
  /** How often a query says that it runs before it is complete. */
  runs = 1;
  /** The status with which queries end. */
  status = "Complete";
  readonly stopped: string[] = [];
  #beside: Beside | undefined;
  readonly #looks = new Map<string, number>();

  private constructor() {}

  static async start(runtime: string): Promise<LogsService> {
    const service = new LogsService();
    service.#beside = await Beside.start(runtime, (operation, input) =>
      operation.startsWith(TARGET) ? service.#answer(operation.slice(TARGET.length), input) : undefined,
    );
    return service;
  }

  get endpoint(): string {
    return this.#beside?.endpoint ?? "";
  }

  #answer(operation: string, input: Readonly<Record<string, unknown>>): Answer {
    if (operation === "StartQuery") {
      const query = input as unknown as Query;
      this.queries.push(query);
      const absent = query.logGroupNames.find((name) => !this.groups.has(name));
      return absent === undefined
        ? { status: 200, body: { queryId: String(this.queries.length - 1) } }
        : { status: 400, body: { __type: "ResourceNotFoundException", message: `no log group ${absent}` } };
    }
    const queryId = String(input.queryId);
    if (operation === "StopQuery") {
      this.stopped.push(queryId);
      return { status: 200, body: { success: true } };
    }
    const looks = (this.#looks.get(queryId) ?? 0) + 1;
    this.#looks.set(queryId, looks);
    const done = looks > this.runs;
    const results = done && this.status === "Complete" ? this.#results(this.queries[Number(queryId)]) : [];
    return { status: 200, body: { status: done ? this.status : "Running", results } };
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
    await this.#beside?.[Symbol.asyncDispose]();
  }
}
