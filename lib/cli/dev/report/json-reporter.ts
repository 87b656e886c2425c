import type { Deployment, LocalRuntime, LogEntry, OutcomeEntry, RuntimeEvent } from "../../../local/index.ts";
import { isOutcomeLine } from "../../../local/index.ts";
import { isJsonObject, parseJson } from "../../../std/index.ts";
import { displayName } from "../../display-name.ts";
import type { Terminal } from "../../terminal.ts";
import { FunctionNames } from "./function-names.ts";
import { publishedEvent } from "./published-event.ts";
import type { Reload, Reporter } from "./reporter.ts";

/**
 * Writes one JSON object per line to standard output. Each has `time` (RFC 3339) and `type`: `status`, `started`, `reloaded`,
 * `reloadFailed`, `warning`, `outcome`, `log`, `batch`, `filtered`, `notSubscribed` or `problem`. Fields of outcomes are those of
 * the consumer's log. Bodies are left out.
 */
export class JsonReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #names = new FunctionNames();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  introduce(deployment: Deployment): void {
    this.#names.introduce(deployment);
  }

  started({ deployment, endpoint, dynamoDbEndpoint }: LocalRuntime): void {
    this.#write("started", {
      endpoint,
      dynamoDbEndpoint,
      topics: deployment
        .ofType("AWS::SNS::Topic")
        .map((topic) => ({ name: displayName(topic), arn: topic.physicalId })),
      queues: deployment
        .ofType("AWS::SQS::Queue")
        .map((queue) => ({ name: displayName(queue), url: queue.physicalId })),
      functions: deployment.functions
        .filter(({ internal }) => !internal)
        .map(({ resource, configuration }) => ({ name: displayName(resource), function: configuration.functionName })),
    });
  }

  status(text: string): void {
    this.#write("status", { message: text });
  }

  reloaded({ changed, durationMs }: Reload): void {
    this.#write("reloaded", { changed, durationMs: Math.round(durationMs) });
  }

  reloadFailed(message: string): void {
    this.#write("reloadFailed", { message });
  }

  warning(message: string): void {
    this.#write("warning", { message });
  }

  outcome({ functionName, requestId, outcome, elapsedMs }: OutcomeEntry): void {
    const where = { function: this.#names.of(functionName), requestId };
    this.#write("outcome", { ...where, ...outcome, elapsedMs: rounded(elapsedMs) });
  }

  log({ functionName, requestId, stream, line }: LogEntry): void {
    if (isOutcomeLine(line)) {
      return;
    }
    const where = { function: this.#names.of(functionName), requestId };
    const fields = parseJson(line);
    this.#write("log", { ...where, stream, ...(isJsonObject(fields) ? { fields } : { line }) });
  }

  event(event: RuntimeEvent): void {
    if (event.type === "warning") {
      this.warning(event.message);
      return;
    }
    if (event.type === "notSubscribed") {
      const { type, body: _body, endpoint, ...rest } = event;
      this.#write(type, { ...publishedEvent(event), subscriber: this.#names.ofQueue(endpoint), ...rest });
      return;
    }
    if (event.type === "outside" || event.type === "task") {
      const { type, ...rest } = event;
      this.#write(type, rest);
      return;
    }
    const { type, functionName, ...rest } = event;
    this.#write(type, { function: this.#names.of(functionName), ...rest });
  }

  #write(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#terminal.out(JSON.stringify({ time: new Date().toISOString(), type, ...fields }));
  }
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}
