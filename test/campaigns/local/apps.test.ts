import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type LocalRuntime, type RuntimeEvent, startLocalRuntime } from "../../../lib/local/index.ts";
import { readCdkProject, synthesize } from "../../../lib/local/synthesis/index.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

let directory: string;
let runtime: LocalRuntime | undefined;
const events: RuntimeEvent[] = [];

/** A user's project with the CDK, and without esbuild, Docker or the SDK's clients. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-apps-"));
  for (const name of ["aws-cdk-lib", "constructs"]) {
    mkdirSync(join(directory, "node_modules"), { recursive: true });
    symlinkSync(join(REPOSITORY, "node_modules", name), join(directory, "node_modules", name));
  }
  write({ "package.json": '{ "type": "module" }', "package-lock.json": "{}" });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await runtime?.close();
  runtime = undefined;
  events.length = 0;
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
}

/** Synthesises the body of a stack's constructor, and starts it. */
async function start(body: string, settings: object = {}): Promise<LocalRuntime> {
  write({
    "app.mjs": `
      import * as cdk from "aws-cdk-lib";
      import { aws_apigateway as apigateway, aws_apigatewayv2 as apigatewayv2, aws_appsync as appsync, aws_cognito as cognito,
        aws_dynamodb as dynamodb, aws_ec2 as ec2, aws_ecs as ecs, aws_events as events, aws_events_targets as targets,
        aws_kinesis as kinesis, aws_lambda as lambda, aws_lambda_event_sources as sources, aws_lambda_nodejs as nodejs,
        aws_logs as logs, aws_pipes as pipes, aws_rds as rds, aws_s3 as s3, aws_s3_deployment as deployment, aws_s3_notifications as s3n,
        aws_secretsmanager as secretsmanager, aws_sns as sns, aws_sns_subscriptions as subscriptions, aws_sqs as sqs, aws_ssm as ssm,
        aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, custom_resources as cr } from "aws-cdk-lib";
      class Sample extends cdk.Stack { constructor(scope, id) { super(scope, id); ${body} } }
      new Sample(new cdk.App(), "Sample");`,
    "cdk.json": JSON.stringify({ app: "node app.mjs", ...settings }),
  });
  const project = readCdkProject(directory);
  await synthesize(project);
  runtime = await startLocalRuntime({
    assembly: project.output,
    projectDirectory: directory,
    onEvent: (event) => events.push(event),
  });
  return runtime;
}

const leftOut = () => runtime?.deployment.leftOut.map(({ what }) => what) ?? [];

test("a NodejsFunction with its defaults is bundled without Docker, and finds the SDK that it leaves to Lambda", async () => {
  write({
    "handlers/plain.ts": "export const handler = async (event: { n: number }) => ({ n: event.n + 1 });",
    "handlers/sdk.ts": `import { SQSClient } from "@aws-sdk/client-sqs";
      export const handler = async () => typeof new SQSClient({}).send;`,
  });
  const app = await start(`
    new nodejs.NodejsFunction(this, "Plain", { entry: "handlers/plain.ts" });
    new nodejs.NodejsFunction(this, "Sdk", { entry: "handlers/sdk.ts", runtime: lambda.Runtime.NODEJS_22_X });`);
  expect(await app.invoke("Plain", { n: 1 })).toMatchObject({ status: "succeeded", payload: { n: 2 } });
  expect(await app.invoke("Sdk", {})).toMatchObject({ status: "succeeded", payload: "function" });
  expect(leftOut()).toEqual([]);
});

test("a Python function that needs Docker to be bundled stands beside Node.js ones", async () => {
  write({ "python/app.py": "def handler(event, context): return 1" });
  vi.stubEnv("PATH", dirname(process.execPath));
  const app = await start(`
    new lambda.Function(this, "Python", { runtime: lambda.Runtime.PYTHON_3_13, handler: "app.handler",
      code: lambda.Code.fromAsset("python", { bundling: { image: lambda.Runtime.PYTHON_3_13.bundlingImage,
        command: ["bash", "-c", "pip install -r requirements.txt -t /asset-output && cp -au . /asset-output"] } }) });
    new lambda.Function(this, "Node", { runtime: lambda.Runtime.NODEJS_22_X, handler: "index.handler",
      code: lambda.Code.fromInline("exports.handler = async () => 1") });`);
  expect(await app.invoke("Node", {})).toMatchObject({ payload: 1 });
  expect(leftOut()).toEqual(["Functions with the runtime python3.13"]);
});

test("a command build of cdk.json runs first", async () => {
  write({ "build.mjs": 'import { writeFileSync } from "node:fs"; writeFileSync("built.txt", "x");' });
  await start(
    `const { readFileSync } = process.getBuiltinModule("node:fs");
     new sqs.Queue(this, "Work", { queueName: readFileSync("built.txt", "utf8") });`,
    { build: "node build.mjs" },
  );
  expect(runtime?.deployment.find("Work").properties.text("QueueName")).toBe("x");
});

test("what public samples have around their queues does not stop them", async () => {
  write({ "layer/nodejs/node_modules/lay/index.js": "module.exports = 1", "site/index.html": "<p>" });
  await start(`
    const vpc = new ec2.Vpc(this, "Vpc", { maxAzs: 2 });
    const dead = new sqs.Queue(this, "Dead");
    const queue = new sqs.Queue(this, "Work", { deadLetterQueue: { queue: dead, maxReceiveCount: 3 } });
    const topic = new sns.Topic(this, "Topic");
    topic.addSubscription(new subscriptions.SqsSubscription(queue));
    topic.addSubscription(new subscriptions.EmailSubscription("a@example.com"));
    const table = new dynamodb.Table(this, "Table", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES });
    const secret = new secretsmanager.Secret(this, "Secret");
    const db = new rds.DatabaseInstance(this, "Db", { engine: rds.DatabaseInstanceEngine.POSTGRES, vpc });
    const pool = new cognito.UserPool(this, "Pool");
    const client = pool.addClient("Client");
    const stream = new kinesis.Stream(this, "Stream");
    const layer = new lambda.LayerVersion(this, "Layer", { code: lambda.Code.fromAsset("layer") });
    const fn = new lambda.Function(this, "Fn", { runtime: lambda.Runtime.NODEJS_22_X, handler: "index.handler", vpc, layers: [layer],
      code: lambda.Code.fromInline("exports.handler = async () => ({ env: process.env, lay: require('lay') })"),
      logRetention: logs.RetentionDays.ONE_DAY,
      environment: { SECRET: secret.secretArn, DB: db.dbInstanceEndpointAddress, POOL: pool.userPoolId, CLIENT: client.userPoolClientId,
        STREAM: stream.streamName, PASSWORD: secret.secretValueFromJson("password").unsafeUnwrap(), VPC: vpc.vpcId,
        NAME: ssm.StringParameter.valueForStringParameter(this, "/other/app/name") } });
    fn.addEventSource(new sources.SqsEventSource(queue));
    fn.addEventSource(new sources.KinesisEventSource(stream, { startingPosition: lambda.StartingPosition.LATEST }));
    const api = new apigateway.RestApi(this, "Api");
    api.root.addResource("orders").addMethod("POST", new apigateway.AwsIntegration({ service: "sqs", path: "x" }));
    new apigateway.LambdaRestApi(this, "Proxy", { handler: fn });
    const http = new apigatewayv2.HttpApi(this, "Http");
    new events.Rule(this, "Rule", { schedule: events.Schedule.rate(cdk.Duration.days(1)), targets: [new targets.SqsQueue(queue)] });
    const bus = new events.EventBus(this, "Bus");
    const machine = new sfn.StateMachine(this, "Machine", { definitionBody: sfn.DefinitionBody.fromChainable(
      new tasks.SqsSendMessage(this, "Send", { queue, messageBody: sfn.TaskInput.fromText("x") })) });
    new pipes.CfnPipe(this, "Pipe", { roleArn: machine.role.roleArn, source: queue.queueArn, target: machine.stateMachineArn });
    const bucket = new s3.Bucket(this, "Bucket", { autoDeleteObjects: true, removalPolicy: cdk.RemovalPolicy.DESTROY });
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(queue));
    new deployment.BucketDeployment(this, "Site", { destinationBucket: bucket, sources: [deployment.Source.asset("site")] });
    const graphql = new appsync.CfnGraphQLApi(this, "Graph", { name: "g", authenticationType: "API_KEY" });
    const cluster = new ecs.Cluster(this, "Cluster", { vpc });
    const call = new cr.AwsCustomResource(this, "Call", { policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ["*"] }),
      onCreate: { service: "IAM", action: "listRoles", physicalResourceId: cr.PhysicalResourceId.of("x") } });
    const stage = new cdk.CfnParameter(this, "Stage");
    new cdk.CfnOutput(this, "Url", { value: http.apiEndpoint });
    new cdk.CfnOutput(this, "All", { value: cdk.Fn.join(",", [api.url, graphql.attrGraphQlUrl, bus.eventBusArn, cluster.clusterArn,
      call.getResponseField("Roles.0.Arn"), stage.valueAsString, machine.stateMachineName, stream.streamArn, table.tableStreamArn,
      vpc.publicSubnets[0].subnetId, vpc.availabilityZones[0], cdk.Fn.select(2, cdk.Fn.split("/", api.url))]) });`);
  const { payload } = Object(await runtime?.invoke("Fn", {}));
  expect(payload.lay).toBe(1);
  expect(payload.env).toMatchObject({
    DB: expect.stringMatching(/\.invalid$/),
    NAME: "placeholder-other-app-name",
    PASSWORD: expect.stringMatching(/^placeholder-secret/),
    VPC: expect.stringMatching(/^vpc-/),
  });
  // Whoever reads the list has to find each thing once.
  const warnings = events.filter(({ type }) => type === "warning");
  expect(warnings).toHaveLength(runtime?.deployment.warnings.length ?? 0);
  expect(new Set(leftOut()).size).toBe(leftOut().length);
});
