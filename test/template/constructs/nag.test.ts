import { App, Stack, Validations } from "aws-cdk-lib";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { FanoutTopic, WorkQueue } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING } from "./support.ts";

test("placeholder", () => {
  const app = new App({ analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new Stack(app, "Shop");
  const topic = new FanoutTopic(stack, "Orders", { contract: orders, largePayloads: true });
  topic.fanOut("Billing", { handler: BILLING });
  new WorkQueue(stack, "Work", { contract: orders, handler: BILLING });
  try { const a = app.synth(); console.log(a.directory); console.log(require("node:fs").readFileSync(a.directory+"/policy-validation-report.json","utf8")) } catch (e) { console.log(e) }
});
