/** Synthesises one function with an absolute entry, and prints the object keys of its assets. Arguments: output folder, entry. */
import { App, Stack } from "aws-cdk-lib";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { orders } from "../../../lambdas/orders/contract.ts";

const [outdir = "", entry = ""] = process.argv.slice(2);
const app = new App({ analyticsReporting: false, outdir });
const stack = new Stack(app, "Shop");
new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, dashboard: false }).fanOut("Billing", {
  handler: { entry, bundling: { sourceMap: true }, environment: { LEDGER_TABLE: "ledger" } },
});
const template = app.synth().getStackByName("Shop").template as {
  Resources: Record<string, { Type: string; Properties: { Code?: { S3Key: string } } }>;
};
const keys = Object.values(template.Resources).flatMap(({ Properties }) => Properties.Code?.S3Key ?? []);
process.stdout.write(JSON.stringify(keys));
