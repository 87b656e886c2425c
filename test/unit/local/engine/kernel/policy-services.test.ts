import { describe, expect, test } from "vitest";
import { SnsEngine } from "../../../../../lib/local/engine/sns/index.ts";
import { SqsEngine } from "../../../../../lib/local/engine/sqs/index.ts";
import { errorOf, HERE, TestEnvironment } from "../sns/fixture.ts";

/** The same request to either service: S3 delivers to a queue or publishes to a topic on behalf of a bucket. */
const SOURCE = {
  principal: "s3.amazonaws.com",
  sourceArn: "arn:aws:s3:::bucket",
  sourceAccount: "333333333333",
} as const;

/** A statement for either service; `ACTION` and `RESOURCE` stand for what differs. */
type Statement = Readonly<Record<string, unknown>>;

const allow = {
  Effect: "Allow",
  Principal: { Service: "s3.amazonaws.com" },
  Action: "ACTION",
  Resource: "RESOURCE",
};
const when = (Condition: unknown): Statement => ({ ...allow, Condition });

function policyFor(statements: readonly Statement[], action: string, resource: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements })
    .replaceAll("ACTION", action)
    .replaceAll("RESOURCE", resource);
}

function sqsAccepts(statements: readonly Statement[]): boolean {
  const sqs = new SqsEngine({ environment: new TestEnvironment() });
  const queueArn = `arn:aws:sqs:${HERE.region}:${HERE.accountId}:name`;
  const Policy = policyFor(statements, "sqs:SendMessage", queueArn);
  sqs.call(HERE, "CreateQueue", { QueueName: "name", Attributes: { Policy } });
  return sqs.deliver({ queueArn, body: "m", ...SOURCE }).status === "delivered";
}

function snsAccepts(statements: readonly Statement[]): boolean {
  const sns = new SnsEngine({
    environment: new TestEnvironment(),
    deliver: () => ({ status: "delivered", messageId: "m" }),
  });
  const topicArn = `arn:aws:sns:${HERE.region}:${HERE.accountId}:name`;
  const Policy = policyFor(statements, "sns:Publish", topicArn);
  sns.call(HERE, "CreateTopic", { Name: "name", Attributes: { Policy } });
  return sns.publishAsService({ topicArn, message: "m", ...SOURCE }).status === "published";
}

const STRING = { "aws:SourceAccount": "333333333333" };
/** The clock of the engines stands at 2026-11-21T12:00:00Z. */
const PROBES: readonly (readonly [what: string, accepted: boolean, ...statements: Statement[]])[] = [
  ["the service", true, allow],
  ["nobody", false],
  ["another service", false, { ...allow, Principal: { Service: "events.amazonaws.com" } }],
  ["a list of services", true, { ...allow, Principal: { Service: ["sns.amazonaws.com", "s3.amazonaws.com"] } }],
  ["an account", false, { ...allow, Principal: { AWS: "333333333333" } }],
  ["everybody", true, { ...allow, Principal: "*" }],
  ["everybody of AWS", true, { ...allow, Principal: { AWS: ["*"] } }],
  ["no principal", false, { ...allow, Principal: undefined }],
  ["a principal that is a list", false, { ...allow, Principal: ["s3.amazonaws.com"] }],
  ["NotPrincipal with Allow", false, { ...allow, Principal: undefined, NotPrincipal: { AWS: "111111111111" } }],
  [
    "a denial of others",
    true,
    allow,
    { ...allow, Effect: "Deny", Principal: undefined, NotPrincipal: allow.Principal },
  ],
  [
    "a denial of all but an account",
    false,
    allow,
    {
      ...allow,
      Effect: "Deny",
      Principal: undefined,
      NotPrincipal: { AWS: "333333333333" },
    },
  ],
  ["an action in other case", true, { ...allow, Action: ["s?s:*S*"] }],
  ["another action", false, { ...allow, Action: ["sqs:ReceiveMessage", "sns:Subscribe"] }],
  ["all but another action", true, { ...allow, Action: undefined, NotAction: "s3:*" }],
  ["all but the action", false, { ...allow, Action: undefined, NotAction: ["s3:*", "ACTION"] }],
  ["no action", false, { ...allow, Action: undefined }],
  ["a pattern of resources", true, { ...allow, Resource: ["arn:aws:s?s:*:111111111111:na*"] }],
  ["another resource", false, { ...allow, Resource: "RESOURCEs" }],
  ["a resource in other case", false, { ...allow, Resource: "arn:aws:*:NAME" }],
  ["all but the resource", false, { ...allow, Resource: undefined, NotResource: "RESOURCE" }],
  ["all but another resource", true, { ...allow, Resource: undefined, NotResource: "*:other" }],
  ["no resource", false, { ...allow, Resource: undefined }],
  ["a denial beside the permission", false, allow, { ...allow, Effect: "Deny" }],
  [
    "a denial whose condition fails",
    true,
    allow,
    { ...when({ Bool: { "aws:SecureTransport": "false" } }), Effect: "Deny" },
  ],
  ["an effect in other case beside the permission", false, allow, { ...allow, Effect: "deny" }],
  ["no effect", false, { ...allow, Effect: undefined }],

  ["StringEquals", true, when({ StringEquals: STRING })],
  ["a key in other case", true, when({ StringEquals: { "AWS:sourceACCOUNT": "333333333333" } })],
  ["one of several values", true, when({ StringEquals: { "aws:SourceAccount": ["1", "333333333333"] } })],
  ["a pattern in StringEquals", false, when({ StringEquals: { "aws:SourceAccount": "3*" } })],
  ["StringNotEquals", false, when({ StringNotEquals: STRING })],
  ["StringNotEquals of several", false, when({ StringNotEquals: { "aws:SourceAccount": ["1", "333333333333"] } })],
  ["StringNotEquals of a missing key", true, when({ StringNotEquals: { "aws:SourceVpc": "v" } })],
  ["StringEqualsIgnoreCase", true, when({ StringEqualsIgnoreCase: { "aws:SourceArn": "ARN:aws:s3:::BUCKET" } })],
  ["StringNotEqualsIgnoreCase", false, when({ StringNotEqualsIgnoreCase: { "aws:SourceArn": "ARN:aws:s3:::BUCKET" } })],
  ["StringLike", true, when({ StringLike: { "aws:SourceArn": "*:b?cket" } })],
  ["StringNotLike", false, when({ StringNotLike: { "aws:SourceArn": "*:b?cket" } })],
  ["ArnEquals with a pattern", true, when({ ArnEquals: { "aws:SourceArn": "arn:aws:s3:*:*:b*" } })],
  ["ArnLike across colons", false, when({ ArnLike: { "aws:SourceArn": "arn:*:bucket" } })],
  ["ArnNotEquals", false, when({ ArnNotEquals: { "aws:SourceArn": "arn:aws:s3:::b*" } })],
  ["ArnNotLike of another", true, when({ ArnNotLike: { "aws:SourceArn": "arn:aws:s3:::c*" } })],
  ["a missing key", false, when({ StringLike: { "aws:SourceVpc": "*" } })],
  ["a missing key, IfExists", true, when({ StringLikeIfExists: { "aws:SourceVpc": "x" } })],
  ["a key that exists, IfExists", false, when({ StringEqualsIfExists: { "aws:SourceAccount": "1" } })],
  ["Null of a missing key", true, when({ Null: { "aws:SourceVpc": "true" } })],
  ["Null of a key that exists", false, when({ Null: { "aws:SourceArn": true } })],
  ["a key that must exist", true, when({ Null: { "aws:SourceArn": "false" } })],
  ["Bool", true, when({ Bool: { "aws:PrincipalIsAWSService": true } })],
  ["NumericLessThan", true, when({ NumericLessThan: { "aws:EpochTime": "99999999999" } })],
  ["NumericGreaterThanEquals", false, when({ NumericGreaterThanEquals: { "aws:EpochTime": 99999999999 } })],
  ["NumericEquals of a decimal", false, when({ NumericEquals: { "aws:EpochTime": "0.5" } })],
  ["NumericNotEquals", true, when({ NumericNotEquals: { "aws:EpochTime": "1" } })],
  ["NumericNotEquals of no number", false, when({ NumericNotEquals: { "aws:EpochTime": "many" } })],
  ["DateLessThan", true, when({ DateLessThan: { "aws:CurrentTime": "2026-11-21T12:00:01Z" } })],
  ["DateLessThan at the date", false, when({ DateLessThan: { "aws:CurrentTime": "2026-11-21T12:00:00Z" } })],
  ["DateLessThanEquals", true, when({ DateLessThanEquals: { "aws:CurrentTime": "2026-11-21T13:00:00+01:00" } })],
  ["DateGreaterThan in seconds", true, when({ DateGreaterThan: { "aws:CurrentTime": "1700000000" } })],
  ["DateEquals", true, when({ DateEquals: { "aws:EpochTime": "2026-11-21T12:00:00Z" } })],
  ["DateNotEquals of no date", false, when({ DateNotEquals: { "aws:CurrentTime": "tomorrow" } })],
  ["IpAddress of a missing key", false, when({ IpAddress: { "aws:SourceIp": "0.0.0.0/0" } })],
  ["NotIpAddress of a missing key", true, when({ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } })],
  ["ForAnyValue", true, when({ "ForAnyValue:StringLike": { "aws:PrincipalServiceNamesList": ["x", "s3.*"] } })],
  ["ForAnyValue of a missing key", false, when({ "ForAnyValue:StringNotEquals": { "aws:TagKeys": "x" } })],
  ["ForAllValues", false, when({ "ForAllValues:StringEquals": { "aws:PrincipalServiceNamesList": "x" } })],
  ["ForAllValues of a missing key", true, when({ "ForAllValues:StringEquals": { "aws:TagKeys": "x" } })],
  ["one of two keys", false, when({ StringEquals: { ...STRING, "aws:SourceArn": "x" } })],
  ["one of two operators", false, when({ StringEquals: STRING, ArnLike: { "aws:SourceArn": "x" } })],

  ["an unknown operator", false, when({ Sounds: STRING })],
  ["an unknown set", false, when({ "ForSomeValues:StringEquals": STRING })],
  ["an unknown operator in a denial", false, allow, { ...when({ Sounds: STRING }), Effect: "Deny" }],
  [
    "an unknown operator beside one that fails, in a denial",
    true,
    allow,
    {
      ...when({ Sounds: STRING, StringNotEquals: STRING }),
      Effect: "Deny",
    },
  ],
  ["an empty operator", false, when({ "": STRING, IfExists: STRING })],
  ["a value that is an object", false, when({ StringEquals: { "aws:SourceAccount": {} } })],
  ["a condition that is a list", false, when([{ StringEquals: STRING }])],
  ["keys that are a string", false, when({ StringEquals: "aws:SourceAccount" })],
  ...["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"].flatMap((name) => {
    const own = (value: unknown) => JSON.parse(`{"${name}":${JSON.stringify(value)}}`);
    return [
      [`the operator ${name}`, false, when(own(STRING))],
      [`the operator ${name}IfExists`, false, when(JSON.parse(`{"${name}IfExists":{"aws:SourceAccount":"x"}}`))],
      [`the key ${name}`, false, when({ StringEquals: own("x") })],
      [`the missing key ${name}`, true, when({ Null: own("true") })],
      [`the value ${name}`, false, when({ StringEquals: { "aws:SourceAccount": name } })],
      [`the principal ${name}`, false, { ...allow, Principal: own("*") }],
      [`the action ${name}`, false, { ...allow, Action: name }],
    ] as const;
  }),
];

describe("SNS and SQS decide alike", () => {
  const rows = PROBES.map(([what, accepted, ...statements]) => [what, accepted, statements] as const);
  test.each(rows)("%s", (_what, accepted, statements) => {
    expect({ sqs: sqsAccepts(statements), sns: snsAccepts(statements) }).toEqual({ sqs: accepted, sns: accepted });
  });

  test.each([7, 12, 2_000])("a pattern of %i stars is decided at once", (stars) => {
    const pattern = `${"*a".repeat(stars)}b`;
    const statements = [{ ...allow, Resource: pattern }, when({ StringLike: { "aws:SourceArn": pattern } })];
    expect({ sqs: sqsAccepts(statements), sns: snsAccepts(statements) }).toEqual({ sqs: false, sns: false });
  });
});

test.each(["", "no JSON", "5", "null", "[]", "{}", '{"Statement":5}', '{"Statement":[5]}', '{"Statement":null}'])(
  "%j is refused as a policy",
  (Policy) => {
    const deliver = () => ({ status: "delivered", messageId: "m" }) as const;
    const sns = new SnsEngine({ environment: new TestEnvironment(), deliver });
    const sqs = new SqsEngine({ environment: new TestEnvironment() });
    if (Policy !== "") {
      // An empty string removes the policy of a queue.
      const create = () => sqs.call(HERE, "CreateQueue", { QueueName: "name", Attributes: { Policy } });
      expect(errorOf(create).code).toBe("InvalidAttributeValue");
    }
    const create = () => sns.call(HERE, "CreateTopic", { Name: "name", Attributes: { Policy } });
    expect(errorOf(create).code).toBe("InvalidParameter");
  },
);
