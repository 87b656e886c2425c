import { Size } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import {
  actionsOf,
  environmentOf,
  Match,
  newStack,
  newTopic,
  newWorkQueue,
  refusal,
  statementsOf,
  templateOf,
} from "./support.ts";

function newFunction(stack: ReturnType<typeof newStack>): lambda.Function {
  const code = lambda.Code.fromInline("exports.handler = () => {}");
  return new lambda.Function(stack, "Fn", { code, handler: "index.handler", runtime: lambda.Runtime.NODEJS_24_X });
}

function published(props: Parameters<typeof newTopic>[0] = {}) {
  const stack = newStack();
  newTopic(props, stack).grantPublish(newFunction(stack));
  const template = templateOf(stack);
  return { environment: environmentOf(template, "Fn"), statements: statementsOf(template, "FnServiceRole") };
}

describe("grantPublish of a topic", () => {
  test("allows to publish to it, and tells the function where and how much", () => {
    const { environment, statements } = published();
    expect(environment).toEqual({
      FANFARE_ORDERS_TARGET: { Ref: expect.stringMatching(/^OrdersTopic/) },
      FANFARE_ORDERS_MAX_MESSAGE_BYTES: "262144",
    });
    expect(statements).toEqual([
      { Effect: "Allow", Action: "sns:Publish", Resource: { Ref: expect.stringMatching(/^OrdersTopic/) } },
    ]);
  });

  test("allows to write payloads under the prefix, and tells where", () => {
    const { environment, statements } = published({ largePayloads: true });
    expect(environment.FANFARE_ORDERS_PAYLOAD_LOCATION).toEqual({
      "Fn::Join": ["", [{ Ref: expect.stringMatching(/^OrdersPayloadsBucket/) }, "/orders/"]],
    });
    expect(actionsOf(statements)).toEqual(["s3:PutObject", "sns:Publish"]);
    const put = statements.find((statement) => statement.Action === "s3:PutObject");
    expect(JSON.stringify(put?.Resource)).toMatch(/"OrdersPayloadsBucket\w+","Arn"\]\},"\/orders\/\*"/);
  });

  test("tells the threshold, or the topic's own maximum", () => {
    const threshold = Size.kibibytes(64);
    expect(published({ largePayloads: { threshold } }).environment.FANFARE_ORDERS_MAX_MESSAGE_BYTES).toBe("65536");
    const maximumMessageSize = Size.mebibytes(1);
    expect(published({ maximumMessageSize }).environment.FANFARE_ORDERS_MAX_MESSAGE_BYTES).toBe("1048576");
  });

  test("allows to use the key", () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, "Key");
    newTopic({ encryptionKey }, stack).grantPublish(newFunction(stack));
    const statements = statementsOf(templateOf(stack), "FnServiceRole");
    expect(actionsOf(statements)).toEqual(["kms:Decrypt", "kms:GenerateDataKey", "sns:Publish"]);
  });

  test("allows to use the key of a topic of the user's own", () => {
    const stack = newStack();
    const topic = new sns.Topic(stack, "Own", { masterKey: new kms.Key(stack, "Key") });
    newTopic({ topic }, stack).grantPublish(newFunction(stack));
    const statements = statementsOf(templateOf(stack), "FnServiceRole");
    expect(actionsOf(statements)).toEqual(["kms:Decrypt", "kms:GenerateDataKey", "sns:Publish"]);
  });

  test("works for a role, which has no environment", () => {
    const stack = newStack();
    const role = new iam.Role(stack, "Role", { assumedBy: new iam.AccountRootPrincipal() });
    const grant = newTopic({ largePayloads: true }, stack).grantPublish(role);
    expect(grant.success).toBe(true);
    expect(actionsOf(statementsOf(templateOf(stack), "RoleDefaultPolicy"))).toEqual(["s3:PutObject", "sns:Publish"]);
  });

  test("names the variables of an imported function in a warning", () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, "Key");
    const fn = lambda.Function.fromFunctionArn(stack, "Fn", "arn:aws:lambda:eu-central-1:111122223333:function:f");
    const grant = newTopic({ largePayloads: true, encryptionKey }, stack).grantPublish(fn);
    expect(grant.success).toBe(false);
    Annotations.fromStack(stack).hasWarning(
      "/Shop/Orders",
      Match.stringLikeRegexp(
        "FANFARE_ORDERS_TARGET, FANFARE_ORDERS_MAX_MESSAGE_BYTES, FANFARE_ORDERS_PAYLOAD_LOCATION",
      ),
    );
  });
});

describe("grantPublish of a work queue", () => {
  test("allows to send, and tells the function the queue's URL", () => {
    const stack = newStack();
    newWorkQueue({}, stack).grantPublish(newFunction(stack));
    const template = templateOf(stack);
    expect(environmentOf(template, "Fn")).toEqual({
      FANFARE_IMAGE_WORK_TARGET: { Ref: expect.stringMatching(/^ImagesQueue/) },
      FANFARE_IMAGE_WORK_MAX_MESSAGE_BYTES: "1048576",
    });
    expect(statementsOf(template, "FnServiceRole")).toEqual([
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: { "Fn::GetAtt": [expect.stringMatching(/^ImagesQueue/), "Arn"] },
      },
    ]);
  });
});

describe("grantPublish with an imported key and payload bucket", () => {
  const KEY = "arn:aws:kms:eu-central-1:111122223333:key/k";

  /** The warnings about policies that could not be changed. */
  function warnings(grantee: (stack: ReturnType<typeof newStack>) => iam.IGrantable): string[] {
    const stack = newStack({ env: { account: "111122223333", region: "eu-central-1" } });
    const encryptionKey = kms.Key.fromKeyArn(stack, "Key", KEY);
    const bucket = s3.Bucket.fromBucketAttributes(stack, "Bucket", { bucketName: "payloads", encryptionKey });
    newTopic({ encryptionKey, largePayloads: { bucket } }, stack).grantPublish(grantee(stack));
    const found = Annotations.fromStack(stack).findWarning(
      "*",
      Match.stringLikeRegexp("grantPublish needs statements"),
    );
    return found.map(({ entry }) => String(entry.data));
  }

  test.each([
    ["an account", () => new iam.AccountPrincipal("444455556666"), ["444455556666", "payloads/orders/*"]],
    ["an organization", () => new iam.OrganizationPrincipal("o-a1b2c3d4e5"), ["aws:PrincipalOrgID", "s3:PutObject"]],
    ["a service", () => new iam.ServicePrincipal("ses.amazonaws.com"), ["ses.amazonaws.com"]],
    [
      "a role of another account",
      (stack: ReturnType<typeof newStack>) =>
        iam.Role.fromRoleArn(stack, "Role", "arn:aws:iam::444455556666:role/publisher"),
      ["role/publisher", "payloads/orders/*"],
    ],
  ])("is a warning with the statements for %s", (_, grantee, parts) => {
    const [warning = "", ...more] = warnings(grantee);
    expect(more).toEqual([]);
    for (const part of ["kms:GenerateDataKey*", ...parts]) {
      expect(warning).toContain(part);
    }
  });

  test("says nothing of payloads to a service, which offloads none", () => {
    expect(warnings(() => new iam.ServicePrincipal("ses.amazonaws.com"))[0]).not.toContain("s3:PutObject");
  });

  test("is none for a function of this account, whose role may use both", () => {
    expect(warnings((stack) => newFunction(stack))).toEqual([]);
  });
});

describe("services may publish for this account only", () => {
  const ses = new iam.ServicePrincipal("ses.amazonaws.com");
  const s3Service = new iam.ServicePrincipal("s3.amazonaws.com");
  const eventBridge = new iam.ServicePrincipal("events.amazonaws.com");
  const ofAccount = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
  const ofRules = { ArnLike: { "aws:SourceArn": "arn:aws:ses:*" } };

  /** The conditions of the statements that let services publish. */
  const conditionsOf = (grantee: iam.IGrantable) => {
    const topic = newTopic();
    topic.grantPublish(grantee);
    const [policy] = Object.values(templateOf(topic).findResources("AWS::SNS::TopicPolicy"));
    const statements: { Principal: { Service?: unknown }; Condition?: object }[] =
      policy?.Properties.PolicyDocument.Statement;
    return statements.filter(({ Principal }) => Principal.Service !== undefined).map(({ Condition }) => Condition);
  };

  test("also in a CompositePrincipal, and not if they have conditions of their own", () => {
    expect(conditionsOf(ses)).toEqual([ofAccount]);
    expect(conditionsOf(new iam.CompositePrincipal(ses))).toEqual([ofAccount]);
    expect(conditionsOf(new iam.CompositePrincipal(ses, s3Service))).toEqual([ofAccount]);
    expect(conditionsOf(ses.withConditions(ofRules))).toEqual([ofRules]);
    expect(conditionsOf(eventBridge)).toEqual([undefined]);
  });

  test("and are refused beside principals that need other conditions", () => {
    for (const other of [new iam.AccountPrincipal("444455556666"), eventBridge]) {
      expect(refusal(() => newTopic().grantPublish(new iam.CompositePrincipal(ses, other)))).toContain(
        "together with principals that need other conditions",
      );
    }
    const accounts = ["444455556666", "555566667777"].map((account) => new iam.AccountPrincipal(account));
    expect(() => newTopic().grantPublish(new iam.CompositePrincipal(...accounts))).not.toThrow();
  });

  test("and offload nothing, with conditions of their own either", () => {
    const topic = newTopic({ largePayloads: true });
    topic.grantPublish(ses.withConditions(ofRules));
    expect(JSON.stringify(templateOf(topic).findResources("AWS::S3::BucketPolicy"))).not.toContain("s3:PutObject");
  });
});
