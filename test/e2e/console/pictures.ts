import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ConsoleStage } from "./support.ts";

/** Where the pictures are that the documentation shows. */
const DOCUMENTED = resolve(import.meta.dirname, "../../../docs/pictures");

/** Whether the pictures of the documentation are renewed: `npm run pictures`. */
const RENEWS = process.env.UPDATE_PICTURES === "1";

/** Takes a picture of each main screen, of an app in which something has failed. @returns the files */
export async function takePictures(stage: ConsoleStage): Promise<string[]> {
  const { page, runtime } = stage;
  const folder = RENEWS ? DOCUMENTED : join(stage.directory, "pictures");
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const take = async (name: string) => {
    const path = join(folder, `console-${name}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    files.push(path);
  };
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1_280, height: 800 });
  const data = { orderId: "o-17", reason: "late", refund: -5, lines: [{ sku: "", quantity: 1 }] };
  const envelope = { specversion: "1.0", id: "e-17", source: "shop", type: "orders.OrderCancelled", data };
  await stage.poison("Orders/Inventory/Queue", JSON.stringify(envelope));
  await runtime.whenQuiet();

  await stage.open("map");
  await page
    .getByRole("link", { name: "Inventory" })
    .getByText(/dead letter/)
    .waitFor();
  await take("map");

  const queue = runtime.deployment.find("Orders/Inventory/DeadLetterQueue", "AWS::SQS::Queue");
  await stage.open(`failures/${encodeURIComponent(queue.arn ?? "")}`);
  const group = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "SchemaMismatch" }) });
  await group.waitFor();
  await take("failures");

  await group.getByRole("link", { name: "Show messages" }).click();
  await page.getByRole("region", { name: "Dead letters" }).getByRole("link").first().click();
  await page.getByRole("button", { name: "Show the body" }).click();
  await page.getByRole("button", { name: "Correct it…" }).click();
  await page.getByRole("status").filter({ hasText: "refund" }).waitFor();
  await take("dead-letter");

  await stage.open("send/Orders/OrderPlaced");
  await page.getByText("The contract accepts this data.").waitFor();
  await page.getByRole("button", { name: "Send OrderPlaced" }).click();
  await page.getByText("Sent OrderPlaced").waitFor();
  await runtime.whenQuiet();
  await page.getByRole("link", { name: "What became of it" }).click();
  await page.getByRole("region", { name: "Trace" }).getByText("attempt 1").first().waitFor();
  await take("trace");
  return files;
}
