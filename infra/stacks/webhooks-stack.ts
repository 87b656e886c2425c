import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { FanoutTopic, type Subscriber } from "fanfare/infra";
import { webhooks } from "../../lambdas/webhooks/contract.ts";
import { createBucket } from "./storage.ts";

/** GitHub's webhooks on a standard topic, with payloads of any size, and three subscribers with different filters. */
export class WebhooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const kept = createBucket(this, "Kept");
    const topic = new FanoutTopic(this, "Webhooks", {
      contract: webhooks,
      largePayloads: true,
      alarms: { actionTopic: new sns.Topic(this, "Operations", { enforceSSL: true }) },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const handler = (name: string) => ({
      entry: `lambdas/webhooks/${name}.ts`,
      environment: { WEBHOOK_BUCKET: kept.bucketName, WEBHOOK_PREFIX: name },
    });
    const mayKeep = (subscriber: Subscriber, name: string) => kept.grantPut(subscriber, `${name}/*`);

    const archive = topic.fanOut("Archive", { handler: handler("archive") });
    mayKeep(archive, "archive");

    // Changes of labels and locks need no triage.
    const triage = topic.fanOut("Triage", {
      events: ["IssueChanged", "PullRequestChanged"],
      where: {
        action: [{ "anything-but": ["labeled", "unlabeled", "locked", "unlocked"] }],
        sender: [{ "anything-but": { suffix: "[bot]" } }],
      },
      handler: handler("triage"),
    });
    mayKeep(triage, "triage");

    // Pushes with commits to branches of public repositories, unless a bot pushed them.
    const deploy = topic.fanOut("Deploy", {
      events: ["Pushed"],
      where: {
        private: [false],
        ref: [{ prefix: "refs/heads/" }],
        commits: [{ numeric: [">", 0] }],
        sender: [{ "anything-but": { suffix: "[bot]" } }],
      },
      handler: handler("deploy"),
    });
    mayKeep(deploy, "deploy");
    new CfnOutput(this, "WebhooksTopicArn", { value: topic.topic.topicArn });
  }
}
