import { Duration } from "aws-cdk-lib";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { MessageAttributeDataType } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { expect, test } from "vitest";
import { WorkQueue } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import {
  actionsOf,
  BILLING,
  newStack,
  newTopic,
  newWorkQueue,
  properties,
  refusal,
  statementsOf,
  type Template,
  templateOf,
} from "./support.ts";

const taskTimeout = sfn.Timeout.duration(Duration.hours(1));
const heartbeatTimeout = sfn.Timeout.duration(Duration.minutes(5));

/** The first state of the state machine in a template, as Step Functions reads it. */
function stateIn(template: Template): Record<string, unknown> {
  const { DefinitionString } = properties(template, "AWS::StepFunctions::StateMachine", "Checkout");
  const parts = (DefinitionString as { "Fn::Join": [string, unknown[]] })["Fn::Join"][1];
  const definition = JSON.parse(parts.map((part) => (typeof part === "string" ? part : "TOKEN")).join(""));
  return definition.States[definition.StartAt];
}

test("a state sends an event with its task token to a work queue, and the handler may respond", () => {
  const stack = newStack();
  const work = newWorkQueue({ encryptionKey: new kms.Key(stack, "Key"), handler: BILLING }, stack);
  const task = work.stepFunctionsTask(stack, "Resize", "ImageUploaded", {
    data: { key: sfn.JsonPath.stringAt("$.image.key") },
    taskTimeout,
    heartbeatTimeout,
    resultPath: "$.resized",
  });
  const machine = new sfn.StateMachine(stack, "Checkout", { definitionBody: sfn.DefinitionBody.fromChainable(task) });
  machine.grantTaskResponse(work);
  const template = templateOf(stack);
  expect(stateIn(template)).toEqual({
    Type: "Task",
    End: true,
    ResultPath: "$.resized",
    TimeoutSeconds: 3_600,
    HeartbeatSeconds: 300,
    Resource: "arn:TOKEN:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: {
      QueueUrl: "TOKEN",
      MessageBody: {
        specversion: "1.0",
        "id.$": "States.Hash($$.Task.Token, 'SHA-256')",
        "source.$": "$$.StateMachine.Id",
        type: "image-work.ImageUploaded",
        "time.$": "$$.State.EnteredTime",
        datacontenttype: "application/json",
        dataversion: 1,
        "tasktoken.$": "$$.Task.Token",
        data: { "key.$": "$.image.key" },
      },
    },
  });
  const sender = actionsOf(statementsOf(template, "CheckoutRole"));
  expect(sender).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey*", "sqs:SendMessage"]));
  const handler = actionsOf(statementsOf(template, "ImagesHandler"));
  expect(handler).toEqual(
    expect.arrayContaining(["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"]),
  );
});

test("without data, the whole input of the state is sent", () => {
  const stack = newStack();
  const task = newWorkQueue({}, stack).stepFunctionsTask(stack, "Resize", "ImageUploaded", { taskTimeout });
  new sfn.StateMachine(stack, "Checkout", { definitionBody: sfn.DefinitionBody.fromChainable(task) });
  expect(stateIn(templateOf(stack))).toMatchObject({ Parameters: { MessageBody: { "data.$": "$" } } });
});

test("a state in JSONata has the same message", () => {
  const stack = newStack();
  const queryLanguage = sfn.QueryLanguage.JSONATA;
  const task = newWorkQueue({}, stack).stepFunctionsTask(stack, "Resize", "ImageUploaded", {
    queryLanguage,
    heartbeatTimeout,
    data: { key: "{% $states.input.key %}" },
    outputs: { resized: "{% $states.result %}" },
  });
  new sfn.StateMachine(stack, "Checkout", { definitionBody: sfn.DefinitionBody.fromChainable(task) });
  expect(stateIn(templateOf(stack))).toMatchObject({
    QueryLanguage: "JSONata",
    Arguments: {
      MessageBody: {
        id: "{% $hash($states.context.Task.Token, 'SHA-256') %}",
        tasktoken: "{% $states.context.Task.Token %}",
        data: { key: "{% $states.input.key %}" },
      },
    },
  });
});

test("on FIFO, the group is given and the hash of the token is the deduplication id", () => {
  const stack = newStack();
  const work = new WorkQueue(stack, "Orders", { contract: orders, fifo: true, alarms: false, dashboard: false });
  const task = work.stepFunctionsTask(stack, "Bill", "OrderPlaced", {
    messageGroupId: sfn.JsonPath.stringAt("$.orderId"),
    taskTimeout,
  });
  new sfn.StateMachine(stack, "Checkout", { definitionBody: sfn.DefinitionBody.fromChainable(task) });
  expect(stateIn(templateOf(stack))).toMatchObject({
    Parameters: {
      "MessageGroupId.$": "$.orderId",
      "MessageDeduplicationId.$": "States.Hash($$.Task.Token, 'SHA-256')",
    },
  });
});

test("a state publishes an event with its attributes to a topic, and uses its key", () => {
  const stack = newStack();
  const topic = newTopic({ encryptionKey: new kms.Key(stack, "Key") }, stack);
  const billing = topic.fanOut("Billing", { handler: BILLING });
  const task = topic.stepFunctionsTask(stack, "Bill", "OrderPlaced", {
    attributes: {
      region: { value: sfn.JsonPath.stringAt("$.region") },
      total: {
        value: sfn.JsonPath.format("{}", sfn.JsonPath.stringAt("$.total")),
        dataType: MessageAttributeDataType.NUMBER,
      },
    },
    taskTimeout,
  });
  const machine = new sfn.StateMachine(stack, "Checkout", { definitionBody: sfn.DefinitionBody.fromChainable(task) });
  machine.grantTaskResponse(billing);
  const template = templateOf(stack);
  expect(stateIn(template)).toMatchObject({
    Resource: "arn:TOKEN:states:::sns:publish.waitForTaskToken",
    Parameters: {
      Message: { "tasktoken.$": "$$.Task.Token", type: "orders.OrderPlaced" },
      MessageAttributes: {
        type: { DataType: "String", StringValue: "orders.OrderPlaced" },
        region: { DataType: "String", "StringValue.$": "$.region" },
        total: { DataType: "Number", "StringValue.$": "States.Format('{}', $.total)" },
      },
    },
  });
  const sender = actionsOf(statementsOf(template, "CheckoutRole"));
  expect(sender).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey*", "sns:Publish"]));
  expect(actionsOf(statementsOf(template, "OrdersBillingHandler"))).toContain("states:SendTaskSuccess");
});

test("what would hang, be refused by AWS or not arrive is refused", () => {
  const stack = newStack();
  const work = newWorkQueue({}, stack);
  expect(refusal(() => work.stepFunctionsTask(stack, "A", "ImageUploaded", {}))).toMatch(
    /Shop\/Images: the task has no time limit: .*waits for a year \(set taskTimeout/,
  );
  // @ts-expect-error no such event
  expect(refusal(() => work.stepFunctionsTask(stack, "B", "Resized", { taskTimeout }))).toContain("is not an event of");
  // @ts-expect-error no such field
  work.stepFunctionsTask(stack, "C", "ImageUploaded", { taskTimeout, data: { kee: "x" } });
  // @ts-expect-error another kind
  work.stepFunctionsTask(stack, "D", "ImageUploaded", { taskTimeout, data: { key: sfn.JsonPath.numberAt("$.n") } });
  const fifo = newTopic({ fifo: true }, newStack());
  expect(refusal(() => fifo.stepFunctionsTask(stack, "E", "OrderPlaced", { taskTimeout }))).toMatch(
    /messages of a FIFO topic or queue need a group, .*set messageGroupId/,
  );
  const topic = newTopic({}, newStack());
  expect(refusal(() => topic.stepFunctionsTask(stack, "F", "OrderPlaced", { taskTimeout }))).toMatch(
    /OrderPlaced sets the attributes region, total, and without region, total subscribers .*set attributes: \{ region:/,
  );
  expect(refusal(() => topic.stepFunctionsTask(stack, "G", "OrderCancelled", { taskTimeout }))).toContain("reason");
});
