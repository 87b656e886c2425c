import { Duration } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { describe, expect, test } from "vitest";
import type { HandlerOptions } from "../../../infra/constructs/index.ts";
import { actionsOf, BILLING, newStack, newTopic, properties, resource, statementsOf, templateOf } from "./support.ts";

const FUNCTION = "AWS::Lambda::Function";
const LOG_GROUP = "AWS::Logs::LogGroup";

function handler(options: Partial<HandlerOptions> = {}, props: Parameters<typeof newTopic>[0] = {}) {
  const topic = newTopic(props);
  topic.fanOut("Billing", { handler: { ...BILLING, ...options } });
  return templateOf(topic);
}

describe("a handler's function", () => {
  test("has the defaults of the design", () => {
    const template = handler();
    expect(properties(template, FUNCTION, "OrdersBillingHandler")).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Timeout: 30,
      MemorySize: 512,
      LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: expect.stringMatching(/^OrdersBillingHandlerLogs/) } },
    });
    const made = properties(template, FUNCTION, "OrdersBillingHandler");
    expect(made.TracingConfig).toBeUndefined();
    expect(made.ReservedConcurrentExecutions).toBeUndefined();
  });

  test("keeps logs for two weeks, and they go with it", () => {
    const template = handler();
    expect(properties(template, LOG_GROUP, "OrdersBillingHandlerLogs").RetentionInDays).toBe(14);
    expect(resource(template, LOG_GROUP, "OrdersBillingHandlerLogs").DeletionPolicy).toBe("Delete");
  });

  test("is what it is told to be", () => {
    const template = handler({
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.X86_64,
      entry: "test/template/fixtures/shared.ts",
      export: "label",
      timeout: Duration.minutes(2),
      memorySize: 1_024,
      environment: { STAGE: "test" },
      logRetention: logs.RetentionDays.ONE_DAY,
      tracing: lambda.Tracing.ACTIVE,
      reservedConcurrentExecutions: 7,
    });
    expect(properties(template, FUNCTION, "OrdersBillingHandler")).toMatchObject({
      Runtime: "nodejs22.x",
      Architectures: ["x86_64"],
      Handler: "index.label",
      Timeout: 120,
      MemorySize: 1_024,
      Environment: { Variables: { STAGE: "test" } },
      TracingConfig: { Mode: "Active" },
      ReservedConcurrentExecutions: 7,
    });
    expect(properties(template, LOG_GROUP, "OrdersBillingHandlerLogs").RetentionInDays).toBe(1);
  });

  test("takes any other property, which wins", () => {
    const functionProps = { memorySize: 2_048, loggingFormat: lambda.LoggingFormat.TEXT, description: "bills" };
    expect(properties(handler({ memorySize: 256, functionProps }), FUNCTION, "OrdersBillingHandler")).toMatchObject({
      MemorySize: 2_048,
      LoggingConfig: { LogFormat: "Text" },
      Description: "bills",
    });
  });

  test("writes to a log group of the user's own", () => {
    const stack = newStack();
    const logGroup = new logs.LogGroup(stack, "Own");
    const topic = newTopic({}, stack);
    topic.fanOut("Billing", { handler: { ...BILLING, logGroup } });
    const template = templateOf(topic);
    template.resourceCountIs(LOG_GROUP, 1);
    expect(properties(template, FUNCTION, "OrdersBillingHandler").LoggingConfig).toMatchObject({
      LogGroup: { Ref: expect.stringMatching(/^Own/) },
    });
  });

  test("is traced with the topic, unless it is told otherwise", () => {
    const traced = handler({}, { tracing: true });
    expect(properties(traced, FUNCTION, "OrdersBillingHandler").TracingConfig).toEqual({ Mode: "Active" });
    expect(actionsOf(statementsOf(traced, "OrdersBillingHandlerRole"))).toContain("xray:PutTraceSegments");
    const not = handler({ tracing: lambda.Tracing.DISABLED }, { tracing: true });
    expect(properties(not, FUNCTION, "OrdersBillingHandler").TracingConfig).toBeUndefined();
  });

  test("gets the role that CDK makes in a VPC, with its managed policy", () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, "Vpc", { natGateways: 0, maxAzs: 1 });
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const topic = newTopic({}, stack);
    topic.fanOut("Billing", { handler: { ...BILLING, functionProps: { vpc, vpcSubnets } } });
    const role = properties(templateOf(topic), "AWS::IAM::Role", "OrdersBillingHandlerServiceRole");
    expect(JSON.stringify(role.ManagedPolicyArns)).toContain("AWSLambdaVPCAccessExecutionRole");
  });
});
