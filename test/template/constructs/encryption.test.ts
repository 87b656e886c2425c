import { Annotations } from "aws-cdk-lib/assertions";
import * as kms from "aws-cdk-lib/aws-kms";
import { describe, expect, test } from "vitest";
import {
  actionsOf,
  BILLING,
  Match,
  newStack,
  newTopic,
  newWorkQueue,
  properties,
  refusal,
  statementsOf,
  templateOf,
} from "./support.ts";

const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("a customer managed key", () => {
  test("encrypts the topic and all its queues", () => {
    const stack = newStack();
    const topic = newTopic({ encryptionKey: new kms.Key(stack, "Key") }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    const template = templateOf(topic);
    const keyArn = { "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] };
    expect(properties(template, "AWS::SNS::Topic", "OrdersTopic").KmsMasterKeyId).toEqual(keyArn);
    const queues = Object.values(template.findResources("AWS::SQS::Queue"));
    expect(queues).toHaveLength(3);
    for (const queue of queues) {
      expect(queue.Properties.KmsMasterKeyId).toEqual(keyArn);
      expect(queue.Properties.SqsManagedSseEnabled).toBeUndefined();
    }
  });

  test("lets SNS use it for this topic only, without a circular reference to the topic", () => {
    const stack = newStack();
    const topic = newTopic({ encryptionKey: new kms.Key(stack, "Key") }, stack);
    topic.fanOut("Billing");
    topic.fanOut("Audit");
    // Template.fromStack refuses circular references.
    const template = templateOf(topic);
    const { Statement } = properties(template, "AWS::KMS::Key", "Key").KeyPolicy as {
      Statement: Record<string, unknown>[];
    };
    const ofSns = Statement.filter((statement) => JSON.stringify(statement.Principal).includes("sns.amazonaws.com"));
    expect(ofSns).toHaveLength(1);
    expect(ofSns[0]).toMatchObject({ Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" });
    const { TopicName: name } = properties(template, "AWS::SNS::Topic", "OrdersTopic");
    expect(JSON.stringify(ofSns[0]?.Condition)).toContain(`:${name}"`);
    expect(JSON.stringify(ofSns[0]?.Condition)).toMatch(/^\{"ArnEquals":\{"aws:SourceArn":/);
  });

  test("can be one for a single subscriber, whose subscription's dead-letter queue SNS can use too", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    topic.fanOut("Billing", { encryptionKey: new kms.Key(stack, "Key") });
    topic.fanOut("Audit");
    const template = templateOf(topic);
    expect(JSON.stringify(properties(template, "AWS::KMS::Key", "Key").KeyPolicy)).toContain("sns.amazonaws.com");
    const keyOf = (prefix: string) => properties(template, "AWS::SQS::Queue", prefix).KmsMasterKeyId;
    expect(keyOf("OrdersBillingSubscriptionDeadLetterQueue")).toBeDefined();
    expect(keyOf("OrdersAuditQueue")).toBeUndefined();
    expect(properties(template, "AWS::SNS::Topic", "OrdersTopic").KmsMasterKeyId).toBeUndefined();
  });

  test("is refused when AWS manages it", () => {
    const stack = newStack();
    const encryptionKey = kms.Alias.fromAliasName(stack, "Alias", "alias/aws/sqs");
    const message = "encryptionKey is an AWS managed key (alias/aws/...), which SNS cannot be allowed to use";
    expect(refusal(() => newTopic({ encryptionKey }, stack))).toContain(message);
    expect(refusal(() => newTopic({}, newStack()).fanOut("Billing", { encryptionKey }))).toContain(message);
  });

  test("is refused when it is imported, unless its policy is vouched for", () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, "Imported", KEY_ARN);
    expect(refusal(() => newTopic({ encryptionKey }, stack).fanOut("Billing"))).toBe(
      "Shop/Orders/Billing: encryptionKey is imported, so its policy cannot be changed here; unless the policy allows SNS, no message arrives (allow sns.amazonaws.com to call kms:Decrypt and kms:GenerateDataKey* in the key's own policy, and set keyPolicyAllowsSns: true)",
    );
    const vouched = newStack();
    const key = kms.Key.fromKeyArn(vouched, "Imported", KEY_ARN);
    const topic = newTopic({ encryptionKey: key, keyPolicyAllowsSns: true }, vouched);
    topic.fanOut("Billing");
    expect(properties(templateOf(topic), "AWS::SQS::Queue", "OrdersBillingQueue").KmsMasterKeyId).toBe(KEY_ARN);
  });

  test("of a work queue needs nothing of SNS", () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, "Imported", KEY_ARN);
    const template = templateOf(newWorkQueue({ encryptionKey, handler: BILLING }, stack));
    expect(properties(template, "AWS::SQS::Queue", "ImagesQueue").KmsMasterKeyId).toBe(KEY_ARN);
    expect(properties(template, "AWS::SQS::Queue", "ImagesDeadLetterQueue").KmsMasterKeyId).toBe(KEY_ARN);
  });
});

describe("logs and environment of handlers", () => {
  const logsStatement = {
    Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    Principal: { Service: Match.objectLike({ "Fn::Join": Match.anyValue() }) },
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": Match.anyValue() } },
  };

  test("are encrypted with the key of the topic, of the subscriber, or of the work queue", () => {
    const stack = newStack();
    const [first, second] = ["First", "Second"].map((id) => new kms.Key(stack, id));
    const topic = newTopic({ encryptionKey: first as kms.Key }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Shipping", { handler: BILLING, encryptionKey: second as kms.Key });
    newWorkQueue({ encryptionKey: second as kms.Key, handler: BILLING }, stack);
    const template = templateOf(stack);
    for (const [handler, key] of [
      ["OrdersBillingHandler", "First"],
      ["OrdersShippingHandler", "Second"],
      ["ImagesHandler", "Second"],
    ] as const) {
      expect(JSON.stringify(properties(template, "AWS::Logs::LogGroup", `${handler}Logs`).KmsKeyId)).toContain(key);
      expect(JSON.stringify(properties(template, "AWS::Lambda::Function", handler).KmsKeyArn)).toContain(key);
      expect(actionsOf(statementsOf(template, `${handler}Role`))).toContain("kms:Decrypt");
    }
    template.allResourcesProperties("AWS::KMS::Key", {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike(logsStatement)]) },
    });
  });

  test("an imported key is used only if the handler names it, and a warning then holds the statement", () => {
    const stack = newStack();
    const imported = kms.Key.fromKeyArn(stack, "Key", KEY_ARN);
    const topic = newTopic({ encryptionKey: imported, keyPolicyAllowsSns: true }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Shipping", { handler: { ...BILLING, encryptionKey: imported } });
    const template = templateOf(stack);
    expect(properties(template, "AWS::Logs::LogGroup", "OrdersBillingHandlerLogs").KmsKeyId).toBeUndefined();
    expect(properties(template, "AWS::Lambda::Function", "OrdersBillingHandler").KmsKeyArn).toBeUndefined();
    expect(properties(template, "AWS::Logs::LogGroup", "OrdersShippingHandlerLogs").KmsKeyId).toBe(imported.keyArn);
    const warnings = Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("key of the log group"));
    expect(warnings).toHaveLength(1);
    expect(String(warnings[0]?.entry.data)).toContain("kms:EncryptionContext:aws:logs:arn");
  });
});
