import { AwsError, denialReason, type PolicyDecision } from "../kernel/index.ts";

/**
 * The errors of Amazon SQS. `code` is the name of the error's shape, `queryCode` what the service puts into the header
 * `x-amzn-query-error` and into the `Failed` entries of batches. Source: the error shapes of the API model
 * (`@aws-sdk/client-sqs`) and, for the two generic ones, the service's own responses.
 */
const QUERY_NAMESPACE = "AWS.SimpleQueueService.";

/** An error whose query code is in the namespace of SQS. */
function namespaced(code: string, message: string, query: { name?: string; statusCode?: number } = {}): AwsError {
  const { name = code, ...options } = query;
  return new AwsError(code, message, { ...options, queryCode: `${QUERY_NAMESPACE}${name}` });
}

export function queueDoesNotExist(): AwsError {
  return namespaced("QueueDoesNotExist", "The specified queue does not exist.", { name: "NonExistentQueue" });
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
  return namespaced(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  );
}

export function purgeQueueInProgress(queueName: string): AwsError {
  return namespaced(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${queueName} is allowed every 60 seconds.`,
    { statusCode: 403 },
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
  return namespaced("MessageNotInflight", "The specified message isn't in flight.");
}

export function overLimit(message: string): AwsError {
  return new AwsError("OverLimit", message, { statusCode: 403 });
}

/** @param entry the name of the entry's shape, for example `SendMessageBatchRequestEntry` */
export function emptyBatchRequest(entry: string): AwsError {
  return namespaced("EmptyBatchRequest", `There should be at least one ${entry} in the request.`);
}

export function tooManyEntriesInBatchRequest(allowed: number, given: number): AwsError {
  return namespaced(
    "TooManyEntriesInBatchRequest",
    `Maximum number of entries per request are ${allowed}. You have sent ${given}.`,
  );
}

export function batchEntryIdsNotDistinct(id: string): AwsError {
  return namespaced("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
}

export function invalidBatchEntryId(): AwsError {
  return namespaced(
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
  );
}

export function batchRequestTooLong(allowed: number, given: number): AwsError {
  return namespaced(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${allowed} bytes. You have sent ${given} bytes.`,
  );
}

export function resourceNotFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, { statusCode: 404 });
}

export function unsupportedOperation(message: string): AwsError {
  return namespaced("UnsupportedOperation", message);
}

/** HTTP 403: the queue's policy does not let the caller act. */
export function accessDenied(action: string, queueArn: string, accountId: string, decision: PolicyDecision): AwsError {
  const name = `sqs:${action.toLowerCase()}`;
  return new AwsError(
    "AccessDeniedException",
    `User: arn:aws:iam::${accountId}:root is not authorized to perform: ${name} on resource: ${queueArn} ${denialReason(decision, name)}`,
    { statusCode: 403, queryCode: "AccessDenied" },
  );
}
