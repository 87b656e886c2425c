import { CreateTopicCommand, DeleteTopicCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { NAME_RULES } from "../names.ts";
import { type AttributeRules, changedAttributes } from "./changed-attributes.ts";
import { parseArn, type ResourceType } from "./resource-type.ts";
import { subscribe } from "./subscription.ts";

const ATTRIBUTES: AttributeRules = {
  names: [
    "ArchivePolicy",
    "ContentBasedDeduplication",
    "DataProtectionPolicy",
    "DisplayName",
    "FifoThroughputScope",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "SignatureVersion",
    "TracingConfig",
  ],
  defaults: {
    ContentBasedDeduplication: "false",
    DisplayName: "",
    KmsMasterKeyId: "",
    MaximumMessageSize: "262144",
    SignatureVersion: "1",
    TracingConfig: "PassThrough",
  },
};

export const topic: ResourceType = {
  types: ["AWS::SNS::Topic"],
  treatment: "created",

  async deploy(request) {
    const { properties, clients, previous } = request;
    const fifo = properties.flag("FifoTopic") === true;
    const Name = request.physicalName("TopicName", fifo ? NAME_RULES.fifoTopic : NAME_RULES.topic);
    const wanted = properties.attributes(ATTRIBUTES.names);
    let TopicArn = previous?.attributes.TopicName === Name ? previous.physicalId : "";
    if (previous === undefined || TopicArn === "") {
      const Attributes = { ...wanted, ...(fifo ? { FifoTopic: "true" } : {}) };
      const created = await clients.sns.send(new CreateTopicCommand({ Name, Attributes }));
      TopicArn = created.TopicArn ?? "";
    } else {
      for (const [AttributeName, AttributeValue] of Object.entries(
        changedAttributes(ATTRIBUTES, wanted, previous.properties),
      )) {
        await clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
      }
    }
    for (const inline of properties.objects("Subscription")) {
      await subscribe(request, TopicArn, inline.requiredText("Protocol"), inline.requiredText("Endpoint"), {});
    }
    return { physicalId: TopicArn, attributes: { TopicArn, TopicName: Name } };
  },

  async remove({ physicalId }, { sns }) {
    await sns.send(new DeleteTopicCommand({ TopicArn: physicalId }));
  },
};

export const topicPolicy: ResourceType = {
  types: ["AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"],
  treatment: "created",

  async deploy({ properties, clientsOf, stackName, logicalId, type }) {
    const AttributeValue = properties.attribute("PolicyDocument") ?? "";
    const arns = type === "AWS::SNS::TopicPolicy" ? properties.texts("Topics") : [properties.requiredText("TopicArn")];
    await Promise.all(
      arns.map((TopicArn) =>
        clientsOf(parseArn(TopicArn).place).sns.send(
          new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue }),
        ),
      ),
    );
    const id = `${stackName}-${logicalId}`;
    return { physicalId: id, attributes: { Id: id } };
  },
};
