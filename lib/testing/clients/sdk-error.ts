import { AwsError, ConditionalCheckFailed, TransactionCanceled } from "../../local/engine/index.ts";
import type { ServiceName } from "./call.ts";

/** The fields of an SDK error besides its class: the SDK's own `instanceof` checks the same fields. */
export interface SdkErrorOptions {
  readonly fault: "client" | "server";
  readonly statusCode: number | undefined;
  readonly service: ServiceName;
  readonly throttling?: boolean;
}

/** An error with the fields of those that the SDK throws. */
export class SdkError extends Error {
  readonly $fault: "client" | "server";
  readonly $service: ServiceName;
  readonly $metadata: { readonly httpStatusCode: number | undefined; readonly attempts: number };
  readonly $retryable: { readonly throttling: boolean } | undefined;
  readonly CancellationReasons?: TransactionCanceled["CancellationReasons"];
  readonly Item?: ConditionalCheckFailed["Item"];

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

/** Converts an error of the engine to the one that the service's SDK client throws. Returns other errors unchanged. */
export function toSdkError(service: ServiceName, error: unknown): unknown {
  if (!(error instanceof AwsError)) {
    return error;
  }
  const fault = error.fault === "Receiver" ? "server" : "client";
  const made = new SdkError(nameOf(service, error.code), error.message, {
    fault,
    statusCode: error.statusCode,
    service,
  });
  if (error instanceof TransactionCanceled) {
    return Object.assign(made, { CancellationReasons: error.CancellationReasons });
  }
  return error instanceof ConditionalCheckFailed ? Object.assign(made, { Item: error.Item }) : made;
}

function nameOf(service: ServiceName, code: string): string {
  if (service !== "sns" || code.endsWith("Exception")) {
    return code;
  }
  return SNS_NAMES[code] ?? `${code}Exception`;
}
