/**
 * The reference app's stacks with orders and webhooks, with shorter timeouts: the messages of a killed handler are redelivered
 * after seconds, not minutes. Its functions load the crasher.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { App, Aspects } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { ShopStack } from "../../infra/stacks/shop-stack.ts";
import { WebhooksStack } from "../../infra/stacks/webhooks-stack.ts";

/** A cold start on a busy machine has to fit. */
const TIMEOUT_SECONDS = 15;
/** More than a timeout and the batching window of a second, so that no message comes back while its handler may still run. */
const VISIBILITY_SECONDS = 20;
/** Processes of one function at a time: seven functions, which all start anew after each kill. */
const CONCURRENCY = 2;

const crasher = pathToFileURL(join(import.meta.dirname, "crash.ts")).href;

/** Functions that call DynamoDB and SQS with the SDK's clients; the others use Fanfare's own. */
const WITH_SDK = /Billing|Analytics|Archive/;

const app = new App();
new ShopStack(app, "Shop");
new WebhooksStack(app, "Webhooks");
Aspects.of(app).add({
  visit(node: IConstruct) {
    if (node instanceof lambda.Function) {
      node.addEnvironment("NODE_OPTIONS", `--import=${crasher}`);
      node.addEnvironment("FANFARE_CHAOS_FOLDER", process.env.FANFARE_CHAOS_FOLDER ?? "");
      if (WITH_SDK.test(node.node.path)) {
        node.addEnvironment("FANFARE_AWS_CLIENT", "sdk");
      }
    } else if (node instanceof lambda.CfnFunction) {
      node.timeout = TIMEOUT_SECONDS;
    } else if (node instanceof sqs.CfnQueue && node.redrivePolicy !== undefined) {
      node.visibilityTimeout = VISIBILITY_SECONDS;
    } else if (node instanceof lambda.CfnEventSourceMapping) {
      node.scalingConfig = { maximumConcurrency: CONCURRENCY };
    }
  },
});
app.synth();
