import { Stack } from "aws-cdk-lib";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";

/** The same fan-out. */
export class FanfareStack extends Stack {
  readonly topic = new FanoutTopic(this, "Orders", { contract: orders });
  readonly billing = this.topic.fanOut("Billing", {
    events: ["OrderPlaced"],
    where: { region: ["eu"] },
    handler: { entry: "test/template/fixtures/billing.ts" },
  });
}
