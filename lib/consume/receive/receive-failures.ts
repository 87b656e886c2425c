import { describeError, FanfareError } from "../../errors/index.ts";
import { cut } from "../record/index.ts";

/**
 * For how long a poller tries again after an error of a receive that does not pass by itself, in milliseconds since the first
 * failure in a row: then it stops. Errors that are not in the table are tried again for ever.
 */
export type FatalErrors = Readonly<Record<string, number>>;

/**
 * IAM, KMS and credentials may take minutes to learn of a change. Source: IAM User Guide, "Changes that I make are not always
 * immediately visible".
 */
const CHANGE_MS = 300_000;

/** The table by default, by the names of errors of SQS and the SDK. */
export const FATAL_ERRORS: FatalErrors = {
  InvalidAddress: 0,
  InvalidSecurity: 0,
  UnsupportedOperation: 0,
  // A queue of the same name can be made after 60 s. Source: Amazon SQS API Reference, `CreateQueue`.
  QueueDoesNotExist: 60_000,
  AccessDenied: CHANGE_MS,
  AccessDeniedException: CHANGE_MS,
  CredentialsProviderError: CHANGE_MS,
  InvalidAccessKeyId: CHANGE_MS,
  InvalidClientTokenId: CHANGE_MS,
  KmsAccessDenied: CHANGE_MS,
  KmsDisabled: CHANGE_MS,
  KmsNotFound: CHANGE_MS,
  SignatureDoesNotMatch: CHANGE_MS,
  UnrecognizedClientException: CHANGE_MS,
};

/** Failed receives in a row, and what they mean. */
export class ReceiveFailures {
  readonly #table: FatalErrors;
  #since: number | undefined;
  #count = 0;
  #everReceived = false;

  constructor(table: FatalErrors) {
    this.#table = table;
  }

  /** The number of failed receives since the last successful one. */
  get count(): number {
    return this.#count;
  }

  succeeded(): void {
    this.#since = undefined;
    this.#count = 0;
    this.#everReceived = true;
  }

  /** Notes a failure. @returns whether the poller has to stop */
  failed(error: unknown, now: number): boolean {
    this.#since ??= now;
    this.#count += 1;
    const { name } = describeError(error);
    const patience = Object.hasOwn(this.#table, name)
      ? (this.#table[name] ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
    // A queue that was never there is a mistake in the URL.
    const neverThere = name === "QueueDoesNotExist" && !this.#everReceived;
    return neverThere ? Number.isFinite(patience) : now - this.#since >= patience;
  }
}

/** The error of a poller that has to stop. */
export function fatal(error: unknown, queueUrl: string): FanfareError {
  const { name, message } = describeError(error);
  return new FanfareError(
    "ConfigurationInvalid",
    `the queue ${queueUrl} cannot be read: ${cut(`${name}: ${message}`)}`,
    {
      field: "queueUrl",
      remedy:
        "check URL, Region and the permissions sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility, GetQueueAttributes; " +
        "the option fatalErrors says which errors stop the poller, and when",
      cause: error,
    },
  );
}
