import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { CallCounter } from "./call-counter.ts";
import { type Listening, listen } from "./listening.ts";

/** An answer of a stub. */
interface Answer {
  readonly type: "application/x-amz-json-1.0" | "text/xml";
  readonly body: string;
}

/**
 * Answers as SQS, SNS and S3 do when all goes well, after a latency, and remembers nothing. For what is measured is the caller.
 */
export async function startStubs(latencyMs: number, counter: CallCounter): Promise<Listening> {
  return await listen((incoming, outgoing) => {
    const answering = answer(incoming, counter);
    setTimeout(() => {
      answering.then(
        ({ type, body }) => {
          outgoing.writeHead(200, { "content-type": type, etag: '"stub"' });
          outgoing.end(body);
        },
        (error: unknown) => {
          outgoing.writeHead(500);
          outgoing.end(String(error));
        },
      );
    }, latencyMs);
  });
}

async function answer(incoming: IncomingMessage, counter: CallCounter): Promise<Answer> {
  const target = incoming.headers["x-amz-target"];
  if (typeof target === "string") {
    const operation = target.slice(target.indexOf(".") + 1);
    counter.add(`SQS.${operation}`);
    const { Entries = [] } = JSON.parse(await text(incoming)) as { Entries?: { Id: string }[] };
    return json({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] });
  }
  if (incoming.method === "PUT") {
    counter.add("S3.PutObject");
    incoming.resume();
    return { type: "text/xml", body: "" };
  }
  const form = new URLSearchParams(await text(incoming));
  const action = form.get("Action") ?? "unknown";
  counter.add(`SNS.${action}`);
  return { type: "text/xml", body: action === "PublishBatch" ? publishBatch(form) : publish() };
}

function json(value: unknown): Answer {
  return { type: "application/x-amz-json-1.0", body: JSON.stringify(value) };
}

function publish(): string {
  return envelope("Publish", `<MessageId>${randomUUID()}</MessageId>`);
}

function publishBatch(form: URLSearchParams): string {
  const members: string[] = [];
  for (let index = 1; ; index++) {
    const id = form.get(`PublishBatchRequestEntries.member.${index}.Id`);
    if (id === null) {
      break;
    }
    members.push(`<member><Id>${id}</Id><MessageId>${randomUUID()}</MessageId></member>`);
  }
  return envelope("PublishBatch", `<Failed/><Successful>${members.join("")}</Successful>`);
}

function envelope(action: string, result: string): string {
  return `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
}
