import { App } from "aws-cdk-lib";
import { addTwoAccounts, type ConsumerPlaces } from "./two-accounts-stacks.ts";

/**
 * The orders of a shop in two accounts and two Regions: see docs/regions.md.
 *
 * `npx cdk deploy --all --app "node infra/examples/two-accounts.ts"` deploys it, with credentials for both accounts. The ids of the
 * accounts come from the context: `-c shopAccount=... -c billingAccount=...`.
 */
const app = new App();
const idOf = (name: string, example: string): string => app.node.tryGetContext(name) ?? example;
const places: ConsumerPlaces = {
  shop: { account: idOf("shopAccount", "111122223333"), region: "eu-central-1" },
  analytics: { account: idOf("shopAccount", "111122223333"), region: "us-east-1" },
  billing: { account: idOf("billingAccount", "444455556666"), region: "eu-central-1" },
};
addTwoAccounts(app, places);
app.synth();
