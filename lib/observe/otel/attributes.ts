import type { Attributes } from "@opentelemetry/api";

/**
 * What a span does, by `messaging.operation.name` and `messaging.operation.type`, and by the deprecated `messaging.operation`.
 * Source: OpenTelemetry semantic conventions 1.45, "Messaging spans".
 */
export const OPERATIONS = {
  create: { type: "create", deprecated: "create" },
  publish: { type: "send", deprecated: "publish" },
  process: { type: "process", deprecated: "process" },
  process_batch: { type: "process", deprecated: "process" },
} as const;

export type Operation = keyof typeof OPERATIONS;

/** The attributes that name operation and destination. The deprecated names too, where `OTEL_SEMCONV_STABILITY_OPT_IN` asks for them. */
export function operationAttributes(operation: Operation, target: string): Attributes {
  const sns = target.startsWith("arn:") && target.split(":")[2] === "sns";
  const { type, deprecated } = OPERATIONS[operation];
  return {
    "messaging.system.name": sns ? "aws.sns" : "aws.sqs",
    "messaging.operation.name": operation,
    "messaging.operation.type": type,
    "messaging.destination.name": destinationOf(target),
    ...(wantsDeprecated()
      ? { "messaging.system": sns ? "aws.sns" : "aws_sqs", "messaging.operation": deprecated }
      : {}),
  };
}

/** The name of a queue or topic: the last part of its ARN or URL. */
export function destinationOf(target: string): string {
  return target.slice(Math.max(target.lastIndexOf(":"), target.lastIndexOf("/")) + 1);
}

/** `messaging/dup` asks for both the current names and those before. */
function wantsDeprecated(): boolean {
  const wanted = (process.env.OTEL_SEMCONV_STABILITY_OPT_IN ?? "").split(",").map((each) => each.trim());
  return wanted.includes("messaging/dup");
}

/** The name or code of an error, as `error.type`. */
export function errorTypeOf(error: unknown): string {
  if (typeof error === "object" && error !== null) {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    const type = [code, name].find((each) => typeof each === "string" && each !== "");
    return typeof type === "string" ? type.slice(0, 100) : "_OTHER";
  }
  return "_OTHER";
}
