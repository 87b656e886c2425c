import { AwsError } from "../kernel/index.ts";

/**
 * The errors of Amazon SQS. `code` is the name of the error's shape, `queryCode` what the service puts into the header
 * `x-amzn-query-error` and into the `Failed` entries of batches. Source: the error shapes of the API model
 * (`@aws-sdk/client-sqs`) and, for the two generic ones, what the service answers.
 */
const QUERY_NAMESPACE = "AWS.SimpleQueueService.";

export function queueDoesNotExist(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.", {
    queryCode: `${QUERY_NAMESPACE}NonExistentQueue`,
  });
}

/** An argument that is there but wrong. */
export function invalidParameterValue(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message, { queryCode: "InvalidParameterValue" });
}

/** In the service's usual form: the value, the parameter, the reason. */
export function invalidParameter(parameter: string, value: unknown, reason: string): AwsError {
  return invalidParameterValue(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError("MissingRequiredParameterException", `The request must contain the parameter ${parameter}.`, {
    queryCode: "MissingParameter",
  });
}

export function invalidAttributeName(message: string): AwsError {
  return new AwsError("InvalidAttributeName", message);
}

export function unknownAttribute(name: string): AwsError {
  return invalidAttributeName(`Unknown Attribute ${name}.`);
}

export function invalidAttributeValue(name: string, reason?: string): AwsError {
  const text = `Invalid value for the parameter ${name}.`;
  return new AwsError("InvalidAttributeValue", reason === undefined ? text : `${text} Reason: ${reason}`);
}

export function queueNameExists(attribute: string): AwsError {
  return new AwsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
    { queryCode: "QueueAlreadyExists" },
  );
}

export function queueDeletedRecently(): AwsError {
  return new AwsError(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    { queryCode: `${QUERY_NAMESPACE}QueueDeletedRecently` },
  );
}

export function purgeQueueInProgress(queueName: string): AwsError {
  return new AwsError(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${queueName} is allowed every 60 seconds.`,
    { statusCode: 403, queryCode: `${QUERY_NAMESPACE}PurgeQueueInProgress` },
  );
}

export function invalidMessageContents(): AwsError {
  return new AwsError(
    "InvalidMessageContents",
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
  );
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`, {
    statusCode: 404,
  });
}

export function receiptHandleExpired(handle: string): AwsError {
  return invalidParameter("ReceiptHandle", handle, "The receipt handle has expired.");
}

export function messageNotInflight(): AwsError {
  return new AwsError("MessageNotInflight", "The specified message isn't in flight.", {
    queryCode: `${QUERY_NAMESPACE}MessageNotInflight`,
  });
}

export function overLimit(message: string): AwsError {
  return new AwsError("OverLimit", message, { statusCode: 403 });
}

export function emptyBatchRequest(): AwsError {
  return new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.", {
    queryCode: `${QUERY_NAMESPACE}EmptyBatchRequest`,
  });
}

export function tooManyEntriesInBatchRequest(allowed: number, given: number): AwsError {
  return new AwsError(
    "TooManyEntriesInBatchRequest",
    `Maximum number of entries per request are ${allowed}. You have sent ${given}.`,
    { queryCode: `${QUERY_NAMESPACE}TooManyEntriesInBatchRequest` },
  );
}

export function batchEntryIdsNotDistinct(id: string): AwsError {
  return new AwsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`, {
    queryCode: `${QUERY_NAMESPACE}BatchEntryIdsNotDistinct`,
  });
}

export function invalidBatchEntryId(): AwsError {
  return new AwsError(
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    { queryCode: `${QUERY_NAMESPACE}InvalidBatchEntryId` },
  );
}

export function batchRequestTooLong(allowed: number, given: number): AwsError {
  return new AwsError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${allowed} bytes. You have sent ${given} bytes.`,
    { queryCode: `${QUERY_NAMESPACE}BatchRequestTooLong` },
  );
}

export function resourceNotFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, { statusCode: 404 });
}

export function unsupportedOperation(message: string): AwsError {
  return new AwsError("UnsupportedOperation", message, { queryCode: `${QUERY_NAMESPACE}UnsupportedOperation` });
}
