import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { removeSession, sessionOf, writeSession } from "../../../lib/cli/session/index.ts";
import { type Ended, startCommand } from "../../integration/ops/command.ts";
import { orderBody, Shop, type ShopOptions } from "../../integration/ops/shop.ts";

const PLACE = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

/** A shop in trouble, and the folder in which the person on call types. */
export class Stage implements AsyncDisposable {
  readonly shop: Shop;
  readonly directory: string;
  readonly #sns: SNSClient;
  readonly #s3: S3Client;

  private constructor(shop: Shop, directory: string) {
    this.shop = shop;
    this.directory = directory;
    this.#sns = new SNSClient({ ...PLACE, endpoint: shop.runtime.endpoint });
    this.#s3 = new S3Client({ ...PLACE, endpoint: shop.runtime.endpoint, forcePathStyle: true });
  }

  static async set(options: ShopOptions = {}): Promise<Stage> {
    const stage = new Stage(await Shop.start(options), mkdtempSync(join(tmpdir(), "fanfare-incident-")));
    stage.#announce();
    return stage;
  }

  /** Publishes orders. `change` turns the data of an order into what the publisher sends. */
  async publish(
    orderIds: readonly string[],
    change: (order: Record<string, unknown>) => Record<string, unknown> = (order) => order,
  ): Promise<void> {
    const TopicArn = this.shop.url("Topic");
    const fifo = TopicArn.endsWith(".fifo");
    for (const [index, orderId] of orderIds.entries()) {
      const envelope = JSON.parse(orderBody(orderId, index + 3));
      await this.#sns.send(
        new PublishCommand({
          TopicArn,
          Message: JSON.stringify({ ...envelope, data: change(envelope.data) }),
          MessageAttributes: { type: { DataType: "String", StringValue: "shop.OrderPlaced" } },
          ...(fifo ? { MessageGroupId: orderId.split("-")[0] ?? "", MessageDeduplicationId: orderId } : {}),
        }),
      );
    }
  }

  /** Publishes an order whose body is in S3. */
  async publishOffloaded(orderId: string, bucket: string, key: string): Promise<void> {
    const body = orderBody(orderId, 3);
    await this.#s3.send(new CreateBucketCommand({ Bucket: bucket })).catch(() => undefined);
    await this.#s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    await this.#sns.send(
      new PublishCommand({
        TopicArn: this.shop.url("Topic"),
        Message: JSON.stringify([
          "software.amazon.payloadoffloading.PayloadS3Pointer",
          { s3BucketName: bucket, s3Key: key },
        ]),
        MessageAttributes: {
          type: { DataType: "String", StringValue: "shop.OrderPlaced" },
          ExtendedPayloadSize: { DataType: "Number", StringValue: String(Buffer.byteLength(body)) },
        },
      }),
    );
  }

  /** Deploys the stack with other options, as `cdk deploy` would. */
  async deploy(options: ShopOptions, folder = "cdk.out"): Promise<void> {
    await this.shop.deploy(options, join(this.directory, folder));
    this.#announce();
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }

  async depth(logicalId: string): Promise<number> {
    const { Attributes = {} } = await this.shop.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.shop.url(logicalId), AttributeNames: ["All"] }),
    );
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
      Number(Attributes.ApproximateNumberOfMessagesDelayed)
    );
  }

  /** Runs a command as a process of its own: `fanfare dlq ls --json`. */
  async run(command: string): Promise<Ended> {
    const [, ...args] = command.split(" ");
    return await startCommand(args, { directory: this.directory }).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sns.destroy();
    this.#s3.destroy();
    removeSession(this.directory);
    await this.shop[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #announce(): void {
    writeSession(this.directory, sessionOf(this.shop.runtime));
  }
}
