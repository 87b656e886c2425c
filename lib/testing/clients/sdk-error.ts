import { AwsError } from "../../local/engine/index.ts";
import { TransactionCanceled } from "../dynamodb/index.ts";
import type { ServiceName } from "./call.ts";

/** What tells an error of the SDK from any other, apart from its class: `instanceof` of the SDK looks at the same fields. */
export interface SdkErrorOptions {
  readonly fault: "client" | "server";
  readonly statusCode: number | undefined;
  readonly service: ServiceName;
  readonly throttling?: boolean;
}

/** An error in the form in which the SDK throws it. */
export class SdkError extends Error {
  readonly $fault: "client" | "server";
  readonly $service: ServiceName;
  readonly $metadata: { readonly httpStatusCode: number | undefined; readonly attempts: number };
  readonly $retryable: { readonly throttling: boolean } | undefined;
  readonly CancellationReasons?: TransactionCanceled["CancellationReasons"];

  constructor(name: string, message: string, options: SdkErrorOptions) {
    super(message);
    this.name = name;
    this.$fault = options.fault;
    this.$service = options.service;
    this.$metadata = { httpStatusCode: options.statusCode, attempts: 1 };
    this.$retryable = options.throttling === undefined ? undefined : { throttling: options.throttling };
  }
}

/** SNS errors whose class has another name than the code with `Exception`. Source: the API model in `@aws-sdk/client-sns`. */
const SNS_NAMES: Readonly<Record<string, string>> = {
  ParameterValueInvalid: "InvalidParameterValueException",
  ValidationError: "ValidationException",
};

/** The error that the SDK's client of the service throws for an answer of the engine. Others are returned as they are. */
export function toSdkError(service: ServiceName, error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const fault = error.fault === "Receiver" ? "server" : "client";
  const made = new SdkError(nameOf(service, error.code), error.message, {
    fault,
    statusCode: error.statusCode,
    service,
  });
  return error instanceof TransactionCanceled
    ? Object.assign(made, { CancellationReasons: error.CancellationReasons })
    : made;
}

function nameOf(service: ServiceName, code: string): string {
  if (service !== "sns" || code.endsWith("Exception")) return code;
  return SNS_NAMES[code] ?? `${code}Exception`;
}
