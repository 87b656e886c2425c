import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalRuntime, type RuntimeEvent, startLocalRuntime } from "../../../lib/local/index.ts";
import { readCdkProject, synthesize } from "../../../lib/local/synthesis/index.ts";
import { STRANGERS, type StrangersApp } from "./strangers.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** Lines of a screen. */
const SCREEN = 24;

let directory: string;
let assembly: string;

/** One synthesis for all: the apps are stacks that do not know each other. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-strangers-"));
  mkdirSync(join(directory, "node_modules"));
  for (const name of ["aws-cdk-lib", "constructs"]) {
    symlinkSync(join(REPOSITORY, "node_modules", name), join(directory, "node_modules", name));
  }
  const classes = Object.entries(STRANGERS).map(
    ([name, { body }]) => `
      class ${name} extends cdk.Stack { constructor(scope) { super(scope, "${name}");
        const fn = (id, props = {}, code = PRINT) => new lambda.Function(this, id, { ...DEFAULTS, code: lambda.Code.fromInline(code), ...props });
        ${body} } }
      new ${name}(app);`,
  );
  writeFileSync(
    join(directory, "app.mjs"),
    `import * as cdk from "aws-cdk-lib";
    import { aws_apigateway as apigateway, aws_apigatewayv2 as apigatewayv2, aws_apigatewayv2_authorizers as authorizers,
      aws_apigatewayv2_integrations as integrations, aws_certificatemanager as acm, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins,
      aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_codebuild as codebuild, aws_codedeploy as codedeploy,
      aws_codepipeline as codepipeline, aws_codepipeline_actions as pipelineActions, aws_cognito as cognito, aws_dynamodb as dynamodb,
      aws_ec2 as ec2, aws_ecr as ecr, aws_ecs as ecs, aws_ecs_patterns as patterns, aws_efs as efs, aws_elasticache as elasticache,
      aws_events as events, aws_events_targets as targets, aws_glue as glue, aws_iam as iam, aws_kinesisfirehose as firehose, aws_kms as kms,
      aws_lambda as lambda, aws_lambda_event_sources as sources, aws_logs as logs, aws_rds as rds, aws_route53 as route53,
      aws_route53_targets as route53targets, aws_s3 as s3, aws_s3_notifications as s3n, aws_scheduler as scheduler,
      aws_scheduler_targets as schedulerTargets, aws_sns as sns, aws_sns_subscriptions as subscriptions, aws_sqs as sqs, aws_ssm as ssm,
      aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, aws_wafv2 as wafv2, custom_resources as cr } from "aws-cdk-lib";
    const PRINT = "exports.handler = async (event) => { console.log('GOT ' + JSON.stringify(event)); return { statusCode: 200, body: 'ok' }; }";
    const DEFAULTS = { runtime: lambda.Runtime.NODEJS_22_X, handler: "index.handler", timeout: cdk.Duration.seconds(5), code: lambda.Code.fromInline(PRINT) };
    const app = new cdk.App();
    ${classes.join("\n")}`,
  );
  writeFileSync(join(directory, "cdk.json"), JSON.stringify({ app: "node app.mjs" }));
  const project = readCdkProject(directory);
  await synthesize(project);
  assembly = project.output;
}, 180_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each(Object.entries(STRANGERS))(
  "the app %s starts, says what is left out, and walks its main path",
  async (name, app) => {
    const printed: string[] = [];
    const events: RuntimeEvent[] = [];
    const runtime = await startLocalRuntime({
      assembly,
      projectDirectory: directory,
      stacks: [name],
      onLog: ({ functionName, line }) => printed.push(`${functionName} ${line}`),
      onEvent: (event) => events.push(event),
    });
    try {
      const target = runtime.functionName(app.reaches);
      await enter(runtime, app.enter);
      await runtime.whenQuiet({ timeoutMs: 20_000 });
      const told = events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
      await expect
        .poll(() => printed.filter((line) => line.startsWith(`${target} GOT `)).length, {
          timeout: 10_000,
          message: told.join("\n"),
        })
        .toBeGreaterThan(0);
      // Everything is told once, and all of it on a screen.
      expect(told).toEqual(runtime.deployment.warnings);
      expect(told.length).toBeLessThan(SCREEN);
    } finally {
      await runtime.close();
    }
  },
  60_000,
);

async function enter(runtime: LocalRuntime, way: StrangersApp["enter"]): Promise<void> {
  const place = {
    endpoint: runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const idOf = (path: string): string => runtime.deployment.find(path).physicalId;
  if ("queue" in way) {
    const QueueUrl = idOf(way.queue);
    const group = QueueUrl.endsWith(".fifo") ? { MessageGroupId: "g", MessageDeduplicationId: "d" } : {};
    await new SQSClient(place).send(new SendMessageCommand({ QueueUrl, MessageBody: "{}", ...group }));
  } else if ("topic" in way) {
    const MessageAttributes = { kind: { DataType: "String", StringValue: "k" } };
    await new SNSClient(place).send(
      new PublishCommand({ TopicArn: idOf(way.topic), Message: "{}", MessageAttributes }),
    );
  } else if ("bucket" in way) {
    const s3 = new S3Client({ ...place, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: idOf(way.bucket), Key: "a.png", Body: "x" }));
  } else if ("table" in way) {
    await new DynamoDBClient(place).send(new PutItemCommand({ TableName: idOf(way.table), Item: { id: { S: "1" } } }));
  } else if ("http" in way) {
    const url = Object.values(runtime.deployment.outputs).flatMap((outputs) => outputs[way.http] ?? [])[0];
    expect((await fetch(String(url), { method: "POST", body: "{}" })).status).toBe(200);
  } else {
    runtime.advance(way.minutes * 60_000);
  }
}
