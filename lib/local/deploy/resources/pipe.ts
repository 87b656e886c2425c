import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { PipeConfiguration } from "../../pipes/index.ts";
import { DEFAULT_BATCH_SIZE } from "../../pollers/index.ts";
import { NAME_RULES } from "../names.ts";
import { arn, parseArn, type ResourceRequest, type ResourceType } from "./resource-type.ts";

export const pipe: ResourceType = {
  types: ["AWS::Pipes::Pipe"],
  treatment: "recorded",

  async deploy(request) {
    const name = request.physicalName("Name", NAME_RULES.function);
    const pipeArn = arn("pipes", request.place, `pipe/${name}`);
    const result = { physicalId: name, attributes: { Arn: pipeArn } };
    const { properties } = request;
    const [source, target] = [properties.requiredText("Source"), properties.requiredText("Target")];
    const runs = /^arn:[^:]+:sqs:/.test(source) && /^arn:[^:]+:events:/.test(target);
    if (!runs || properties.text("Enrichment") !== undefined) {
      request.leaveOut(
        "Pipes from other sources than queues, to other targets than event buses, or with enrichment",
        "they move nothing",
      );
      return result;
    }
    return { ...result, pipe: await pipeOf(name, pipeArn, { source, target }, request) };
  },
};

async function pipeOf(
  name: string,
  pipeArn: string,
  { source, target }: { readonly source: string; readonly target: string },
  { properties, clientsOf }: ResourceRequest,
): Promise<PipeConfiguration> {
  const { place, name: queueName } = parseArn(source);
  const { QueueUrl = "" } = await clientsOf(place).sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const from = properties.object("SourceParameters");
  const queue = from?.object("SqsQueueParameters");
  const to = properties.object("TargetParameters");
  const bus = to?.object("EventBridgeEventBusParameters");
  return {
    source: {
      uuid: pipeArn,
      functionName: `pipe ${name}`,
      queueArn: source,
      queueUrl: QueueUrl,
      ...place,
      enabled: (properties.text("DesiredState") ?? "RUNNING") === "RUNNING",
      batchSize: queue?.number("BatchSize") ?? DEFAULT_BATCH_SIZE,
      windowSeconds: queue?.number("MaximumBatchingWindowInSeconds") ?? 0,
      maximumConcurrency: undefined,
      filters: (from?.object("FilterCriteria")?.objects("Filters") ?? []).map((each) => each.requiredText("Pattern")),
      reportBatchItemFailures: true,
    },
    busArn: target,
    // What EventBridge writes for a pipe that names neither.
    detailType: bus?.text("DetailType") ?? "Event from aws:sqs",
    eventSource: bus?.text("Source") ?? `Pipe ${name}`,
    time: bus?.text("Time"),
    template: to?.text("InputTemplate"),
  };
}
