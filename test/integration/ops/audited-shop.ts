import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordInto } from "../../../lib/cli/dev/trace-facts.ts";
import { startLocalRuntime } from "../../../lib/local/index.ts";
import { TraceJournal } from "../../../lib/ops/index.ts";
import { getAtt, mapping, nodeFunction, ref, writeAssembly } from "../local/runtime/assembly.ts";
import { bundled, Shop, shopStack } from "./shop.ts";

/** The shop with a second subscriber, Audit, whose handler publishes an event for each order; and what happens there, recorded. */
export async function startAuditedShop(): Promise<{ readonly shop: Shop; readonly journal: TraceJournal }> {
  const state = mkdtempSync(join(tmpdir(), "fanfare-shop-"));
  const stack = await shopStack(state, { guarantee: "at-least-once" });
  const assembly = writeAssembly({
    Shop: {
      ...stack,
      bundles: { ...stack.bundles, audit: await bundled("audit") },
      resources: {
        ...stack.resources,
        AuditQueue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "shop-audit", VisibilityTimeout: 20 } },
        AuditPolicy: {
          Type: "AWS::SQS::QueuePolicy",
          Properties: {
            Queues: [ref("AuditQueue")],
            PolicyDocument: {
              Statement: [
                {
                  Effect: "Allow",
                  Principal: { Service: "sns.amazonaws.com" },
                  Action: "sqs:SendMessage",
                  Resource: "*",
                },
              ],
            },
          },
        },
        AuditSubscription: {
          Type: "AWS::SNS::Subscription",
          Properties: {
            TopicArn: ref("Topic"),
            Protocol: "sqs",
            Endpoint: getAtt("AuditQueue"),
            RawMessageDelivery: true,
          },
        },
        Audit: nodeFunction("audit", {
          Timeout: 10,
          FunctionName: "shop-audit",
          Environment: { Variables: { FANFARE_CONSUMER: "shop.Audit", FANFARE_SHOP_TARGET: ref("Topic") } },
        }),
        AuditMap: mapping("AuditQueue", "Audit"),
      },
    },
  });
  const journal = new TraceJournal();
  const logs: string[] = [];
  const runtime = await startLocalRuntime({
    assembly,
    onLog: ({ line }) => logs.push(line),
    ...recordInto(journal),
  });
  return { shop: new Shop({ runtime, state, assembly, logs }), journal };
}
