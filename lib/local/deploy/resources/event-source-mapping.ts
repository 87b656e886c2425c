import { createHash } from "node:crypto";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { functionNameOf } from "../../lambda/index.ts";
import { DEFAULT_BATCH_SIZE } from "../../pollers/index.ts";
import { arn, parseArn, type ResourceType } from "./resource-type.ts";

export const eventSourceMapping: ResourceType = {
  types: ["AWS::Lambda::EventSourceMapping"],
  treatment: "created",

  async deploy({ stackName, logicalId, properties, place, clientsOf, leaveOut }) {
    const uuid = toUuid(`${stackName}/${logicalId}`);
    const result = {
      physicalId: uuid,
      attributes: { Id: uuid, EventSourceMappingArn: arn("lambda", place, `event-source-mapping:${uuid}`) },
    };
    const queueArn = properties.text("EventSourceArn") ?? "";
    if (!queueArn.startsWith("arn:aws:sqs:")) {
      leaveOut(`Event source mappings of ${kindOf(queueArn)}`, "its functions are not called");
      return result;
    }
    const { place: queuePlace, name } = parseArn(queueArn);
    const { QueueUrl = "" } = await clientsOf(queuePlace).sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const filters = properties.object("FilterCriteria")?.objects("Filters") ?? [];
    return {
      ...result,
      mapping: {
        uuid,
        functionName: functionNameOf(properties.requiredText("FunctionName")),
        queueArn,
        queueUrl: QueueUrl,
        region: queuePlace.region,
        accountId: queuePlace.accountId,
        enabled: properties.flag("Enabled") ?? true,
        batchSize: properties.number("BatchSize") ?? DEFAULT_BATCH_SIZE,
        windowSeconds: properties.number("MaximumBatchingWindowInSeconds") ?? 0,
        maximumConcurrency: properties.object("ScalingConfig")?.number("MaximumConcurrency"),
        filters: filters.map((filter) => filter.requiredText("Pattern")),
        reportBatchItemFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
      },
    };
  },
};

/** `kinesis` for `arn:aws:kinesis:...`. */
function kindOf(sourceArn: string): string {
  return sourceArn.split(":")[2] || "other sources than ARNs (Kafka)";
}

function toUuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
