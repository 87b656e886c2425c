import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type Batch, readBatch } from "./batch.ts";
import { type Answer, type Call, identify } from "./call.ts";
import { awsError, transactionConflict } from "./errors.ts";
import type { Fault, FaultKind, FaultPlan } from "./faults.ts";

/** The longest that a late request waits, in milliseconds. Most wait for a tenth of it. */
const LONGEST_DELAY_MS = 3_000;

/** Headers of one connection, and those that the next request sets anew. */
const OF_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "expect"]);

export interface ProxyOptions {
  /** What happens to which call; usually a {@link FaultPlan}. */
  readonly plan: Pick<FaultPlan, "next">;
  /** Told of every answer that a client got whole. */
  readonly onAnswered?: (call: Call, answer: Answer) => void;
}

/** Faults by kind and operation, in calls; throttled entries in entries. */
export type FaultCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A proxy on loopback, between the app with its publisher and the local services, that makes things go wrong. */
export class FaultProxy {
  readonly #options: ProxyOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((incoming, outgoing) => {
    // A client that has gone needs no answer.
    void this.#handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  readonly #counts = new Map<FaultKind, Map<string, number>>();
  #upstream: { readonly services: URL; readonly dynamodb: URL } | undefined;
  #active = false;
  #calls = 0;
  #unreachable = 0;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server.keepAliveTimeout = 65_000;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where requests go from now on: DynamoDB's past the server, which would only pass them on. */
  connect(services: string, dynamodb: string = services): void {
    this.#upstream = { services: new URL(services), dynamodb: new URL(dynamodb) };
  }

  /** Whether faults happen. */
  set active(active: boolean) {
    this.#active = active;
  }

  get counts(): FaultCounts {
    return Object.fromEntries([...this.#counts].map(([kind, operations]) => [kind, Object.fromEntries(operations)]));
  }

  /** Requests, and those that found nobody because the runtime was down. */
  get traffic(): { readonly calls: number; readonly unreachable: number } {
    return { calls: this.#calls, unreachable: this.#unreachable };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk);
    }
    this.#calls += 1;
    const { headers, method = "GET", url: path = "/" } = incoming;
    const call = identify({ headers, method, path, body: Buffer.concat(chunks) });
    const batch = readBatch(call);
    const fault = this.#active ? this.#options.plan.next(call, batch?.size ?? 0) : undefined;
    if (fault === undefined) {
      this.#reply(call, outgoing, await this.#forward(call, outgoing));
    } else {
      await this.#break(call, batch, fault, outgoing);
    }
  }

  async #break(call: Call, batch: Batch | undefined, fault: Fault, outgoing: ServerResponse): Promise<void> {
    const { kind, random } = fault;
    switch (kind) {
      case "reset":
        this.#count(kind, call);
        outgoing.destroy();
        break;
      case "throttle":
        this.#count(kind, call);
        this.#reply(call, outgoing, awsError(call, "throttle"));
        break;
      case "serverError":
        this.#count(kind, call);
        this.#reply(call, outgoing, awsError(call, random() < 0.5 ? "internal" : "unavailable"));
        break;
      case "transactionConflict":
        this.#count(kind, call);
        this.#reply(call, outgoing, transactionConflict(call));
        break;
      case "delay":
        this.#count(kind, call);
        await delay(LONGEST_DELAY_MS * (random() < 0.05 ? random() : random() / 10));
        this.#reply(call, outgoing, await this.#forward(call, outgoing));
        break;
      case "lostAnswer":
      case "cutAnswer":
      case "errorAfterEffect": {
        const answer = await this.#forward(call, outgoing);
        this.#count(kind, call);
        if (kind === "errorAfterEffect") {
          this.#reply(call, outgoing, awsError(call, random() < 0.5 ? "internal" : "unavailable"));
        } else if (kind === "cutAnswer") {
          outgoing.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.byteLength + 1 });
          // Destroyed when the first half has left, or the client would see no answer at all.
          outgoing.write(answer.body.subarray(0, answer.body.byteLength / 2), () => outgoing.destroy());
        } else {
          outgoing.destroy();
        }
        break;
      }
      case "throttledEntries":
        await this.#throttleEntries(call, batch, random, outgoing);
        break;
    }
  }

  async #throttleEntries(
    call: Call,
    batch: Batch | undefined,
    random: () => number,
    outgoing: ServerResponse,
  ): Promise<void> {
    if (batch === undefined) {
      return;
    }
    const chosen = new Set(Array.from({ length: batch.size }, (_unused, index) => index).filter(() => random() < 0.4));
    if (chosen.size === 0) {
      chosen.add(Math.floor(random() * batch.size));
    }
    const body = batch.without(chosen);
    const answer = body === undefined ? undefined : await this.#forward({ ...call, body }, outgoing);
    if (answer !== undefined && answer.status !== 200) {
      this.#reply(call, outgoing, answer);
      return;
    }
    this.#count("throttledEntries", call, chosen.size);
    this.#reply(call, outgoing, batch.answer(chosen, answer));
  }

  /** Rejects when the service does not answer, or the client has gone. */
  #forward(call: Call, outgoing: ServerResponse): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = Object.fromEntries(Object.entries(call.headers).filter(([name]) => !OF_CONNECTION.has(name)));
    const upstream = call.service === "dynamodb" ? this.#upstream?.dynamodb : this.#upstream?.services;
    const forwarded = request({
      agent: this.#agent,
      host: upstream?.hostname,
      port: upstream?.port,
      method: call.method,
      path: call.path,
      headers: { ...headers, "content-length": call.body.byteLength },
    });
    const gone = (): void => {
      forwarded.destroy();
      reject(new Error("the client has gone"));
    };
    outgoing.once("close", gone);
    forwarded.once("error", (error) => {
      this.#unreachable += 1;
      reject(error);
    });
    forwarded.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("aborted", () => reject(new Error("the service broke off its answer")));
      response.once("end", () => {
        outgoing.off("close", gone);
        const kept = Object.entries(response.headers).filter(([name]) => !OF_CONNECTION.has(name));
        resolve({
          status: response.statusCode ?? 502,
          headers: Object.fromEntries(kept),
          body: Buffer.concat(chunks),
        });
      });
    });
    forwarded.end(call.body);
    return promise;
  }

  #reply(call: Call, outgoing: ServerResponse, { status, headers, body }: Answer): void {
    const isBodiless = call.method === "HEAD" || status === 204 || status === 304;
    outgoing.writeHead(status, { ...headers, ...(isBodiless ? {} : { "content-length": body.byteLength }) });
    outgoing.end(isBodiless ? undefined : body);
    this.#options.onAnswered?.(call, { status, headers, body });
  }

  #count(kind: FaultKind, { service, operation }: Call, times = 1): void {
    const operations = this.#counts.get(kind) ?? new Map<string, number>();
    this.#counts.set(kind, operations);
    const name = `${service}.${operation}`;
    operations.set(name, (operations.get(name) ?? 0) + times);
  }
}
