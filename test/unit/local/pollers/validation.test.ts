import { expect, test } from "vitest";
import { type MappingConfiguration, validateMapping } from "../../../../lib/local/pollers/index.ts";

const valid: MappingConfiguration = {
  uuid: "u",
  functionName: "f",
  queueArn: "arn:aws:sqs:eu-central-1:000000000000:q",
  queueUrl: "http://127.0.0.1/000000000000/q",
  region: "eu-central-1",
  accountId: "000000000000",
  enabled: true,
  batchSize: 10,
  windowSeconds: 0,
  maximumConcurrency: undefined,
  filters: [],
  reportBatchItemFailures: true,
};

function check(mapping: Partial<MappingConfiguration>, surroundings = {}): void {
  validateMapping(
    { ...valid, ...mapping },
    {
      fifo: false,
      visibilityTimeoutSeconds: 30,
      functionTimeoutSeconds: 30,
      ...surroundings,
    },
  );
}

test.each([
  [{}, {}],
  [{ batchSize: 10_000, windowSeconds: 1 }, {}],
  [{ windowSeconds: 300 }, {}],
  [{ maximumConcurrency: 2 }, { fifo: true }],
  [{ maximumConcurrency: 1_000 }, {}],
])("takes %j", (mapping, surroundings) => {
  expect(() => check(mapping, surroundings)).not.toThrow();
});

test.each([
  [{ batchSize: 0 }, {}, "BatchSize is 0"],
  [{ batchSize: 10_001, windowSeconds: 1 }, {}, "from 1 to 10000"],
  [{ batchSize: 11 }, {}, "MaximumBatchingWindowInSeconds must be at least 1"],
  [{ batchSize: 11, windowSeconds: 1 }, { fifo: true }, "at most 10 on a FIFO queue"],
  [{ windowSeconds: 1 }, { fifo: true }, "not supported for FIFO queues"],
  [{ windowSeconds: 301 }, {}, "from 0 to 300"],
  [{ maximumConcurrency: 1 }, {}, "from 2 to 1000"],
  [{ maximumConcurrency: 1_001 }, {}, "from 2 to 1000"],
  [{ filters: Array.from({ length: 11 }, () => "{}") }, {}, "at most 10"],
  [
    {},
    { functionTimeoutSeconds: 31 },
    "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
  ],
])("refuses %j with %j", (mapping, surroundings, message) => {
  expect(() => check(mapping, surroundings)).toThrow(
    expect.objectContaining({ code: "MappingInvalid", message: expect.stringContaining(message) }),
  );
});
