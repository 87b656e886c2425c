import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { physicalName as derive, NAME_RULES } from "../names.ts";
import type { ResourceType } from "./resource-type.ts";

export const queuePolicy: ResourceType = {
  types: ["AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"],
  treatment: "created",

  async deploy({ properties, clients, stackName, logicalId, type }) {
    const Policy = properties.attribute("PolicyDocument") ?? "";
    const urls = type === "AWS::SQS::QueuePolicy" ? properties.texts("Queues") : [properties.requiredText("Queue")];
    await Promise.all(
      urls.map((QueueUrl) => clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))),
    );
    const id = derive(stackName, logicalId, NAME_RULES.other);
    return { physicalId: id, attributes: { Id: id } };
  },

  async remove({ properties }, { sqs }) {
    const single = properties.text("Queue");
    for (const QueueUrl of single === undefined ? properties.texts("Queues") : [single]) {
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: "" } }));
    }
  },
};
