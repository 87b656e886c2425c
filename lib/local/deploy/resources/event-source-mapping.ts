import { createHash } from "node:crypto";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { functionNameOf } from "../../lambda/index.ts";
import { DEFAULT_BATCH_SIZE, type MappingConfiguration } from "../../pollers/index.ts";
import { DEFAULT_STREAM_BATCH_SIZE, type StreamMappingConfiguration } from "../../streams/index.ts";
import type { PropertyReader } from "../properties.ts";
import { arn, parseArn, type ResourceRequest, type ResourceType } from "./resource-type.ts";

export const eventSourceMapping: ResourceType = {
  types: ["AWS::Lambda::EventSourceMapping"],
  treatment: "created",

  async deploy(request) {
    const { stackName, logicalId, properties, place, leaveOut } = request;
    const uuid = toUuid(`${stackName}/${logicalId}`);
    const result = {
      physicalId: uuid,
      attributes: { Id: uuid, EventSourceMappingArn: arn("lambda", place, `event-source-mapping:${uuid}`) },
    };
    const sourceArn = properties.text("EventSourceArn") ?? "";
    if (sourceArn.startsWith("arn:aws:sqs:")) {
      return { ...result, mapping: await queueMapping(uuid, sourceArn, request) };
    }
    if (/^arn:aws:dynamodb:.+\/stream\//.test(sourceArn)) {
      return { ...result, streamMapping: streamMapping(uuid, sourceArn, request) };
    }
    leaveOut(`Event source mappings of ${kindOf(sourceArn)}`, "its functions are not called");
    return result;
  },
};

async function queueMapping(
  uuid: string,
  queueArn: string,
  { properties, clientsOf }: ResourceRequest,
): Promise<MappingConfiguration> {
  const { place, name } = parseArn(queueArn);
  const { QueueUrl = "" } = await clientsOf(place).sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return {
    uuid,
    functionName: functionNameOf(properties.requiredText("FunctionName")),
    queueArn,
    queueUrl: QueueUrl,
    ...place,
    ...common(properties),
    batchSize: properties.number("BatchSize") ?? DEFAULT_BATCH_SIZE,
    maximumConcurrency: properties.object("ScalingConfig")?.number("MaximumConcurrency"),
  };
}

function streamMapping(
  uuid: string,
  streamArn: string,
  { properties, place, leaveOut }: ResourceRequest,
): StreamMappingConfiguration {
  const functionName = functionNameOf(properties.requiredText("FunctionName"));
  if ((properties.number("TumblingWindowInSeconds") ?? 0) > 0) {
    leaveOut("Tumbling windows of streams", "functions get batches without the state of a window");
  }
  return {
    uuid,
    functionName,
    functionArn: arn("lambda", place, `function:${functionName}`),
    streamArn,
    ...parseArn(streamArn).place,
    ...common(properties),
    startingPosition: properties.text("StartingPosition") ?? "",
    batchSize: properties.number("BatchSize") ?? DEFAULT_STREAM_BATCH_SIZE,
    parallelizationFactor: properties.number("ParallelizationFactor") ?? 1,
    bisectsBatches: properties.flag("BisectBatchOnFunctionError") ?? false,
    maximumRetryAttempts: properties.number("MaximumRetryAttempts") ?? -1,
    maximumRecordAgeSeconds: properties.number("MaximumRecordAgeInSeconds") ?? -1,
    onFailure: properties.object("DestinationConfig")?.object("OnFailure")?.text("Destination"),
  };
}

/** What mappings of queues and of streams have in common. */
function common(properties: PropertyReader) {
  const filters = properties.object("FilterCriteria")?.objects("Filters") ?? [];
  return {
    enabled: properties.flag("Enabled") ?? true,
    windowSeconds: properties.number("MaximumBatchingWindowInSeconds") ?? 0,
    filters: filters.map((filter) => filter.requiredText("Pattern")),
    reportBatchItemFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
  };
}

/** `kinesis` for `arn:aws:kinesis:...`. */
function kindOf(sourceArn: string): string {
  return sourceArn.split(":")[2] || "other sources than ARNs (Kafka)";
}

function toUuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
