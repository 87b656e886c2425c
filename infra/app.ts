import { App, Tags } from "aws-cdk-lib";
import { ImagesStack } from "./stacks/images-stack.ts";
import { ShopStack } from "./stacks/shop-stack.ts";
import { WebhooksStack } from "./stacks/webhooks-stack.ts";

/** The reference app: `cdk deploy --all` deploys it to an account, `npm run demo` runs it on this machine. */
const app = new App();
new ShopStack(app, "Shop", { description: "Orders of an online shop: one FIFO topic, four subscribers" });
new ImagesStack(app, "Images", { description: "Thumbnails of uploaded images: S3, a work queue, S3" });
new WebhooksStack(app, "Webhooks", { description: "GitHub webhooks: one standard topic, three filtered subscribers" });
Tags.of(app).add("application", "fanfare-reference");
app.synth();
