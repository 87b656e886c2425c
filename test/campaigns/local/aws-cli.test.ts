import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { REGION, raw, startHarness } from "../../integration/local/server/support/harness.ts";

const version = spawnSync("aws", ["--version"], { encoding: "utf8" });
const isMissing = version.status !== 0;
if (isMissing) {
  console.warn("skipping the tests of the AWS CLI: no command `aws` on the PATH that answers `aws --version`");
}

const run = promisify(execFile);

/** The CLI against a server of its own: answers parsed from JSON, text as it is. */
async function startCli() {
  const { server } = await startHarness();
  const aws = async (...args: string[]): Promise<string> => {
    const { stdout } = await run("aws", ["--endpoint-url", server.endpoint, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_PAGER: "",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        AWS_MAX_ATTEMPTS: "1",
      },
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  };
  const json = async (...args: string[]) => JSON.parse((await aws(...args)) || "{}");
  return { server, aws, json };
}

describe.skipIf(isMissing)("the AWS CLI", () => {
  it("sends, receives and deletes messages", async () => {
    const { json, aws } = await startCli();
    const { QueueUrl } = await json("sqs", "create-queue", "--queue-name", "orders");
    const sent = await json(
      ...["sqs", "send-message", "--queue-url", QueueUrl, "--message-body", "hello 🎉"],
      ...["--message-attributes", '{"kind":{"DataType":"String","StringValue":"gift"}}'],
    );
    const { Messages } = await json(
      ...["sqs", "receive-message", "--queue-url", QueueUrl, "--wait-time-seconds", "5"],
      ...["--message-attribute-names", "All"],
    );
    expect(Messages).toMatchObject([
      { MessageId: sent.MessageId, Body: "hello 🎉", MessageAttributes: { kind: { StringValue: "gift" } } },
    ]);
    const handle = Messages[0].ReceiptHandle;
    await aws("sqs", "delete-message", "--queue-url", QueueUrl, "--receipt-handle", handle);
    const names = ["--attribute-names", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    expect((await json("sqs", "get-queue-attributes", "--queue-url", QueueUrl, ...names)).Attributes).toEqual({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
    });
  });

  it("publishes to a topic that a queue subscribes to", async () => {
    const { json, aws } = await startCli();
    const { TopicArn } = await json("sns", "create-topic", "--name", "orders");
    const QueueArn = `arn:aws:sqs:${REGION}:000000000000:billing`;
    const policy = { Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: QueueArn }] };
    const { QueueUrl } = await json(
      ...["sqs", "create-queue", "--queue-name", "billing"],
      ...["--attributes", JSON.stringify({ Policy: JSON.stringify(policy) })],
    );
    await json(
      ...["sns", "subscribe", "--topic-arn", TopicArn, "--protocol", "sqs", "--notification-endpoint", QueueArn],
      ...["--attributes", "RawMessageDelivery=true"],
    );
    await json(
      ...["sns", "publish", "--topic-arn", TopicArn, "--message", "hello 🎉"],
      ...["--message-attributes", '{"region":{"DataType":"String","StringValue":"eu"}}'],
    );
    const { Messages } = await json(
      ...["sqs", "receive-message", "--queue-url", QueueUrl, "--message-attribute-names", "All"],
    );
    expect(Messages).toMatchObject([{ Body: "hello 🎉", MessageAttributes: { region: { StringValue: "eu" } } }]);
    await expect(aws("sns", "publish", "--topic-arn", `${TopicArn}x`, "--message", "x")).rejects.toMatchObject({
      stderr: expect.stringMatching(/\(NotFound\)/),
    });
  });

  it("copies files up and down, in parts where they are large, and presigns", async () => {
    const { server, aws } = await startCli();
    const folder = await mkdtemp(join(tmpdir(), "fanfare-cli-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    // Over the CLI's threshold of 8 MiB for multipart uploads.
    const content = randomBytes(9 * 1024 * 1024);
    await writeFile(join(folder, "up.bin"), content);
    await aws("s3", "mb", "s3://payloads");
    await aws("s3", "cp", "--quiet", join(folder, "up.bin"), "s3://payloads/a b/ü.bin");
    await aws("s3", "cp", "--quiet", "s3://payloads/a b/ü.bin", join(folder, "down.bin"));
    expect(content.equals(await readFile(join(folder, "down.bin")))).toBe(true);
    expect(await aws("s3", "ls", "--recursive", "s3://payloads")).toMatch(/ 9437184 a b\/ü\.bin/);

    await writeFile(join(folder, "small.txt"), "small");
    await aws("s3", "cp", "--quiet", join(folder, "small.txt"), "s3://payloads/small.txt");
    const address = new URL((await aws("s3", "presign", "s3://payloads/small.txt")).trim());
    const reply = await raw(server.endpoint, { path: `${address.pathname}${address.search}` });
    expect(reply).toMatchObject({ status: 200, text: "small" });
    await aws("s3", "rm", "--quiet", "--recursive", "s3://payloads");
    await aws("s3", "rb", "s3://payloads");
  });

  it("learns who it is", async () => {
    const { json } = await startCli();
    expect(await json("sts", "get-caller-identity")).toEqual({
      UserId: "000000000000",
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
    });
  });
});
