import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { CallCounter } from "./call-counter.ts";
import { type Listening, listen } from "./listening.ts";

/** Passes requests on to DynamoDB and holds each answer back for a time, so that a local store is as far away as a real one. */
export async function startProxy(target: string, latencyMs: number, counter: CallCounter): Promise<Listening> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return await listen((incoming, outgoing) => {
    counter.add(operationOf(incoming));
    const { method, url, headers } = incoming;
    const forwarded = request(new URL(url ?? "/", target), { method, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        setTimeout(() => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          outgoing.end(Buffer.concat(chunks));
        }, latencyMs);
      });
    });
    forwarded.on("error", (error) => fail(outgoing, error));
    incoming.pipe(forwarded);
  });
}

function operationOf(incoming: IncomingMessage): string {
  const target = String(incoming.headers["x-amz-target"] ?? "unknown");
  return `DynamoDB.${target.slice(target.indexOf(".") + 1)}`;
}

function fail(outgoing: ServerResponse, error: Error): void {
  outgoing.writeHead(502);
  outgoing.end(error.message);
}
