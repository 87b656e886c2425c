import type { Agent, IncomingHttpHeaders, IncomingMessage, RequestOptions } from "node:http";
import type { Clock } from "../../clock/index.ts";

/** What Node's modules for HTTP and HTTPS have in common. */
interface NodeHttp {
  readonly Agent: new (options: { readonly keepAlive: boolean; readonly maxSockets: number }) => Agent;
  request(options: RequestOptions, callback: (response: IncomingMessage) => void): ClientRequest;
}

type ClientRequest = ReturnType<typeof import("node:http").request>;

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Time limits of one request, in milliseconds. */
export interface TryLimits {
  readonly connectionTimeout: number;
  /** For the whole response, its body included. */
  readonly requestTimeout: number;
}

/** Sends a request and reads its response. Rejects with the signal's reason when it is aborted. */
export type Post = (request: HttpRequest, limits: TryLimits, signal: AbortSignal) => Promise<HttpResponse>;

/** Connections at once, as in the SDK. */
const MAX_SOCKETS = 50;

/** Bytes of a response, inflated. A `BatchGetItem` responds with up to 16 MB (DynamoDB API Reference), which JSON makes longer. */
const MAX_RESPONSE_BYTES = 32 * 1_048_576;

/** Codes of lost connections that the SDK calls timeouts. */
const TIMEOUTS = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT"]);

/**
 * Makes the way to an endpoint, with connections that are kept. Node's modules are loaded here, and not by `import()`: that reads all
 * exports of a module, and one of `node:http` loads the whole of `fetch`, which takes longer than everything else that is done here.
 */
export function postTo(endpoint: URL, clock: Clock): Post {
  const node: NodeHttp = process.getBuiltinModule(endpoint.protocol === "https:" ? "node:https" : "node:http");
  const agent = new node.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const target = {
    agent,
    method: "POST",
    host: endpoint.hostname.replaceAll(/[[\]]/g, ""),
    port: endpoint.port,
    path: endpoint.pathname,
  };
  return ({ headers, body }, limits, signal) =>
    new Promise((resolve, reject) => {
      const cancels: (() => void)[] = [];
      const settle = () => {
        for (const cancel of cancels) {
          cancel();
        }
        signal.removeEventListener("abort", onAbort);
      };
      const fail = (error: unknown) => {
        settle();
        // Also after the response: a body that is not read would keep the connection.
        request.destroy();
        reject(error);
      };
      const onAbort = () => fail(signal.reason);
      const request = node.request(
        { ...target, headers: { ...headers, "content-length": body.byteLength } },
        (response) => {
          read(response).then((read) => {
            settle();
            resolve(read);
          }, fail);
        },
      );
      request.on("error", (error: NodeJS.ErrnoException) => fail(named(error)));
      signal.addEventListener("abort", onAbort, { once: true });
      const limit = (ms: number, what: string) => clock.timer(ms, () => fail(timeout(`${what} within ${ms} ms`)));
      cancels.push(limit(limits.requestTimeout, "no response"));
      request.on("socket", (socket) => {
        if (socket.connecting) {
          const connected = limit(limits.connectionTimeout, "no connection");
          cancels.push(connected);
          socket.once("connect", connected);
        }
      });
      request.end(body);
    });
}

async function read(response: IncomingMessage): Promise<HttpResponse> {
  const { statusCode = 0, headers } = response;
  const body = await bytesOf(response);
  return { statusCode, headers, body: inflated(body, headers["content-encoding"]) };
}

/** Reads by events, because an iterator over the response costs more than the rest of reading it. */
function bytesOf(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      chunks.push(chunk);
      if (bytes > MAX_RESPONSE_BYTES) {
        reject(tooLong());
      }
    });
    response.on("end", () => {
      const [first, ...more] = chunks;
      resolve(first !== undefined && more.length === 0 ? first : Buffer.concat(chunks));
    });
    // A response that ends early has this, and no end.
    response.on("error", reject);
  });
}

/** A proxy on the way may compress what nobody asked it to. */
function inflated(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || encoding === "identity" || body.byteLength === 0) {
    return body;
  }
  const { unzipSync } = process.getBuiltinModule("node:zlib");
  try {
    return unzipSync(body, { maxOutputLength: MAX_RESPONSE_BYTES });
  } catch (cause) {
    throw Object.assign(new Error(`the response cannot be inflated (content-encoding: ${encoding})`, { cause }), {
      name: "InvalidResponse",
    });
  }
}

function tooLong(): Error {
  return Object.assign(new Error(`the response is longer than ${MAX_RESPONSE_BYTES} bytes`), {
    name: "InvalidResponse",
  });
}

function timeout(message: string): Error {
  return Object.assign(new Error(message), { name: "TimeoutError", code: "ETIMEDOUT" });
}

function named(error: NodeJS.ErrnoException): Error {
  return TIMEOUTS.has(error.code ?? "") ? Object.assign(error, { name: "TimeoutError" }) : error;
}
