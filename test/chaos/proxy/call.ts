import type { IncomingHttpHeaders } from "node:http";

export type ServiceName = "sqs" | "sns" | "s3" | "dynamodb";

/** A request to an AWS service. */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Tells which operation of which service a request is. */
export function identify(request: Omit<Call, "service" | "operation">): Call {
  const { headers, method, path, body } = request;
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const [prefix = "", operation = ""] = target.split(".");
    return { ...request, service: prefix.startsWith("DynamoDB") ? "dynamodb" : "sqs", operation };
  }
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true) {
    return { ...request, service: "sns", operation: /^Action=(\w+)/.exec(body.toString("utf8", 0, 100))?.[1] ?? "" };
  }
  // Of S3 only reading and writing of objects is of interest.
  const isObject = /^\/[^/?]+\/[^?]/.test(path) && !path.includes("?uploads");
  const operation = isObject && (method === "PUT" || method === "GET") ? `${capitalised(method)}Object` : method;
  return { ...request, service: "s3", operation };
}

function capitalised(word: string): string {
  return word.charAt(0) + word.slice(1).toLowerCase();
}
