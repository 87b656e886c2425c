import type { IncomingMessage, ServerResponse } from "node:http";

/** A request, and the response to it. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** By `performance.now()`. */
  readonly started: number;
}

/** The head and the whole body of a response. */
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array | undefined;
}

/** Path and query of a request as they came, still percent-encoded. A proxy's client writes the whole URL. */
export function addressOf({ url = "/" }: IncomingMessage): { readonly path: string; readonly query: string } {
  const address = url.replace(/^https?:\/\/[^/]*/i, "");
  const mark = address.indexOf("?");
  return mark < 0 ? { path: address, query: "" } : { path: address.slice(0, mark), query: address.slice(mark + 1) };
}

/** A reply for people. */
export function textReply(status: number, body: string): Reply {
  return { status, headers: { "content-type": "text/plain; charset=UTF-8" }, body };
}

/** A body that is a string is sent as one: Node then writes it with the headers, in one call. */
export function respond({ incoming, outgoing }: Exchange, reply: Reply): void {
  const isBodiless = incoming.method === "HEAD" || reply.status === 204 || reply.status === 304;
  const body = isBodiless ? undefined : (reply.body ?? "");
  outgoing.writeHead(reply.status, {
    ...reply.headers,
    ...(body !== undefined && { "content-length": bytesOf(body) }),
  });
  outgoing.end(body);
}

function bytesOf(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}

/** Aborts when the connection closes before the response was sent. */
export function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const abort = () => {
    // Every response closes; an error for each, which nobody takes, would cost more than many a call.
    if (!outgoing.writableFinished) {
      gone.abort();
    }
  };
  if (outgoing.closed) {
    abort();
  } else {
    outgoing.once("close", abort);
  }
  return gone.signal;
}
