import { randomUUID } from "node:crypto";
import { arrayOf, objectOf } from "./batch.ts";
import type { Answer, Call } from "./call.ts";

/** Errors of the services' common errors pages, as the service writes them. */
const ERRORS = {
  throttle: {
    sqs: [429, "RequestThrottled"],
    sns: [429, "Throttled"],
    s3: [503, "SlowDown"],
    dynamodb: [400, "ProvisionedThroughputExceededException"],
  },
  internal: {
    sqs: [500, "InternalFailure"],
    sns: [500, "InternalError"],
    s3: [500, "InternalError"],
    dynamodb: [500, "InternalServerError"],
  },
  unavailable: {
    sqs: [503, "ServiceUnavailable"],
    sns: [503, "ServiceUnavailable"],
    s3: [503, "ServiceUnavailable"],
    dynamodb: [503, "ServiceUnavailable"],
  },
} as const;

/** An error that a service answers without saying what is wrong with the request: nothing is. */
export function awsError(call: Call, kind: keyof typeof ERRORS): Answer {
  const [status, code] = ERRORS[kind][call.service];
  const id = randomUUID();
  const message = "injected by the chaos proxy";
  switch (call.service) {
    case "sqs":
      return json(status, { __type: `com.amazonaws.sqs#${code}`, message });
    case "dynamodb":
      return json(status, { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message });
    case "sns":
      return xml(
        status,
        `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type><Code>${code}</Code>` +
          `<Message>${message}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
      );
    case "s3":
      return xml(
        status,
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>` +
          `<RequestId>${id}</RequestId></Error>`,
      );
  }
}

/** Another transaction was at the same items: nothing of this one was written. */
export function transactionConflict(call: Call): Answer {
  const items = arrayOf(objectOf(call.body).TransactItems);
  return json(400, {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    Message: "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
    CancellationReasons: items.map((_item, index) => ({ Code: index === 0 ? "TransactionConflict" : "None" })),
  });
}

function json(status: number, value: object): Answer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() },
    body: Buffer.from(JSON.stringify(value)),
  };
}

function xml(status: number, text: string): Answer {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": randomUUID() }, body: Buffer.from(text) };
}
