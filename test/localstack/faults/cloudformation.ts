import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { Fault } from "./fault.ts";

/** Faults of CloudFormation: the reproduction is the suite's own stack. */
export const CLOUDFORMATION_FAULTS: readonly Fault[] = [
  {
    id: "cloudformation-makes-fifo-topics-standard",
    targets: ["ministack"],
    summary:
      "AWS::SNS::Topic with FifoTopic becomes a standard topic, which drops message groups; AWS makes a FIFO topic.",
    shows: async ({ clients: { sns }, trial }) => {
      const TopicArn = trial.output("OrderedTopicArn");
      const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
      return Attributes?.FifoTopic !== "true";
    },
  },
];
