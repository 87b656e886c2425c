// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { GetSubscriptionAttributesCommand, GetTopicAttributesCommand, type SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ClientPool } from "../../../../lib/local/clients/index.ts";
import { type Deployment, deploy, readAssembly } from "../../../../lib/local/deploy/index.ts";
import { type LocalServer, startServer } from "../../../../lib/local/server/index.ts";
import {
  allowService,
  getAtt,
  mapping,
  nodeFunction,
  queue,
  type Resource,
  ref,
  removeAssembly,
  type StackFixture,
  writeAssembly,
} from "../runtime/assembly.ts";

let server: LocalServer;
let pool: ClientPool;
const directories: string[] = [];
const place = { region: "eu-central-1", accountId: "000000000000" };

beforeAll(async () => {
  server = await startServer();
  pool = new ClientPool({ endpoint: server.endpoint, dynamoDbEndpoint: server.endpoint });
});

afterAll(async () => {
  pool.close();
  await server.close();
});

afterEach(() => {
  directories.splice(0).forEach(removeAssembly);
});

/** An assembly that is removed after the test. */
function writtenAssembly(stacks: Readonly<Record<string, StackFixture>>): string {
  const directory = writeAssembly(stacks);
  directories.push(directory);
  return directory;
}

function deployed(
  stacks: Readonly<Record<string, StackFixture>>,
  parameters = {},
  previous?: Deployment,
): Promise<Deployment> {
  const directory = writtenAssembly(stacks);
  return deploy({ stacks: readAssembly(directory), pool, place, parameters, previous });
}

const one = (resources: Readonly<Record<string, Resource>>, template = {}) => ({ App: { resources, template } });

function clients(): { sqs: SQSClient; sns: SNSClient; s3: S3Client } {
  return pool.for(place);
}

test("attributes of queues reach SQS, with references in them resolved", async () => {
  const deployment = await deployed(
    one({
      Dead: queue({ FifoQueue: true }),
      Work: queue({
        QueueName: "orders.fifo",
        FifoQueue: true,
        ContentBasedDeduplication: "true",
        VisibilityTimeout: "77",
        RedrivePolicy: { deadLetterTargetArn: getAtt("Dead"), maxReceiveCount: 4 },
      }),
    }),
  );
  const work = deployment.find("Work");
  expect(work.attributes).toEqual({
    Arn: "arn:aws:sqs:eu-central-1:000000000000:orders.fifo",
    QueueName: "orders.fifo",
    QueueUrl: `${server.endpoint}/000000000000/orders.fifo`,
  });
  expect(deployment.find("Dead").arn).toMatch(/:App-Dead-[0-9a-f]{12}\.fifo$/);
  const { Attributes } = await clients().sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: work.physicalId, AttributeNames: ["All"] }),
  );
  expect(Attributes).toMatchObject({ VisibilityTimeout: "77", ContentBasedDeduplication: "true", FifoQueue: "true" });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? "{}")).toEqual({
    deadLetterTargetArn: deployment.find("Dead").arn,
    maxReceiveCount: 4,
  });
});

test("topics, subscriptions and their attributes reach SNS, and a second deployment without memory updates them", async () => {
  const stack = (filter: object, display: string) =>
    one({
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "stateful", DisplayName: display } },
      Work: queue({ QueueName: "stateful" }),
      Policy: allowService("Work", "sns.amazonaws.com", ref("Topic")),
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: {
          TopicArn: ref("Topic"),
          Protocol: "sqs",
          Endpoint: getAtt("Work"),
          RawMessageDelivery: true,
          FilterPolicy: filter,
          FilterPolicyScope: "MessageBody",
        },
      },
    });
  const first = await deployed(stack({ kind: ["a"] }, "one"));
  const second = await deployed(stack({ kind: ["b"] }, "one"));
  expect(second.find("Subscription").physicalId).toBe(first.find("Subscription").physicalId);
  const third = await deployed(stack({ kind: ["c"] }, "two"), {}, second);
  const { Attributes } = await clients().sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: third.find("Subscription").physicalId }),
  );
  expect(Attributes).toMatchObject({
    RawMessageDelivery: "true",
    FilterPolicyScope: "MessageBody",
    FilterPolicy: '{"kind":["c"]}',
  });
  const topic = await clients().sns.send(new GetTopicAttributesCommand({ TopicArn: third.find("Topic").physicalId }));
  expect(topic.Attributes).toMatchObject({ DisplayName: "two" });
});

test("buckets get their lifecycle and notifications; a second stack adds to them", async () => {
  const notify = (id: string, event: string, properties: object): Resource => ({
    Type: "Custom::S3BucketNotifications",
    DependsOn: `${id}Policy`,
    Properties: {
      ServiceToken: "x",
      NotificationConfiguration: { QueueConfigurations: [{ Events: [event], QueueArn: getAtt(id) }] },
      ...properties,
    },
  });
  const deployment = await deployed({
    Storage: {
      resources: {
        Bucket: {
          Type: "AWS::S3::Bucket",
          Properties: {
            BucketEncryption: {
              ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
            },
            LifecycleConfiguration: {
              Rules: [{ Id: "expire", Prefix: "p/", Status: "Enabled", ExpirationInDays: 3 }],
            },
            PublicAccessBlockConfiguration: { BlockPublicAcls: true },
          },
        },
        One: queue(),
        OnePolicy: allowService("One", "s3.amazonaws.com", getAtt("Bucket")),
        Notify: notify("One", "s3:ObjectCreated:*", { BucketName: ref("Bucket"), Managed: true }),
      },
      template: {
        Outputs: { Bucket: { Value: ref("Bucket"), Export: { Name: { "Fn::Sub": "${AWS::StackName}-bucket" } } } },
      },
    },
    Other: {
      dependencies: ["Storage"],
      resources: {
        Two: queue(),
        TwoPolicy: allowService("Two", "s3.amazonaws.com", "arn:aws:s3:::*"),
        Notify: notify("Two", "s3:ObjectRemoved:*", {
          BucketName: { "Fn::ImportValue": "Storage-bucket" },
          Managed: false,
        }),
      },
    },
  });
  const Bucket = deployment.find("Bucket").physicalId;
  const { Rules } = await clients().s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toMatchObject([{ ID: "expire", Filter: { Prefix: "p/" }, Expiration: { Days: 3 } }]);
  const { QueueConfigurations } = await clients().s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  expect(QueueConfigurations?.map(({ QueueArn }) => QueueArn)).toEqual([
    deployment.find("Storage/One").arn,
    deployment.find("Other/Two").arn,
  ]);
});

test("references between stacks of two Regions have their values, as the CDK passes them", async () => {
  const name = "/cdk/exports/Eu/Topic";
  const token = "arn:aws:lambda:us-east-1:111111111111:function:copies";
  const deployment = await deployed({
    Us: {
      environment: "aws://111111111111/us-east-1",
      resources: {
        Topic: { Type: "AWS::SNS::Topic" },
        Writer: {
          Type: "Custom::CrossRegionExportWriter",
          Properties: {
            ServiceToken: token,
            WriterProps: { region: "eu-west-1", exports: { [name]: ref("Topic") } },
          },
        },
      },
    },
    Eu: {
      environment: "aws://111111111111/eu-west-1",
      dependencies: ["Us"],
      resources: {
        Reader: {
          Type: "Custom::CrossRegionExportReader",
          Properties: {
            ServiceToken: token,
            ReaderProps: { region: "eu-west-1", imports: { [name]: `{{resolve:ssm:${name}}}` } },
          },
        },
        Work: queue({ Tags: [{ Key: "topic", Value: getAtt("Reader", name) }] }),
      },
    },
  });
  const [tag] = deployment.find("Work").properties.objects("Tags");
  expect(tag?.requiredText("Value")).toBe(deployment.find("Topic").physicalId);
  expect(tag?.requiredText("Value")).toMatch(/^arn:aws:sns:us-east-1:111111111111:/);
  expect(deployment.leftOut).toEqual([]);
});

test("outputs, exports, weak references, parameters, conditions and mappings", async () => {
  const deployment = await deployed(
    {
      User: {
        resources: {
          Work: queue({
            Tags: [
              {
                Key: "a",
                Value: { "Fn::GetStackOutput": { StackName: "Base", OutputName: "Arn", Region: ref("AWS::Region") } },
              },
            ],
          }),
        },
        template: { Outputs: { Foreign: { Value: { "Fn::ImportValue": "exported" } } } },
      },
      Base: {
        resources: {
          Work: queue({ QueueName: { "Fn::If": ["Small", "small", "large"] } }),
          Never: { ...queue(), Condition: "Small" },
        },
        template: {
          Parameters: {
            Size: { Type: "String", Default: "large" },
            List: { Type: "CommaDelimitedList", Default: "a, b" },
          },
          Conditions: { Small: { "Fn::Equals": [ref("Size"), { "Fn::FindInMap": ["Sizes", "s", "name"] }] } },
          Mappings: { Sizes: { s: { name: "small" } } },
          Outputs: {
            Arn: { Value: getAtt("Work"), Export: { Name: "exported" } },
            Size: { Value: ref("Size") },
            Second: { Value: { "Fn::Select": [1, ref("List")] } },
            Place: {
              Value: {
                "Fn::Sub": "${AWS::Partition}/${AWS::Region}/${AWS::AccountId}/${AWS::URLSuffix}/${AWS::StackName}",
              },
            },
            Left: { Value: "x", Condition: "Small" },
          },
        },
      },
    },
    { Size: "huge" },
  );
  expect(deployment.outputs).toEqual({
    User: { Foreign: "arn:aws:sqs:eu-central-1:000000000000:large" },
    Base: {
      Arn: "arn:aws:sqs:eu-central-1:000000000000:large",
      Size: "huge",
      Second: "b",
      Place: "aws/eu-central-1/000000000000/amazonaws.com/Base",
    },
  });
  expect(() => deployment.find("Never")).toThrow(expect.objectContaining({ code: "NotFound" }));
});

test("what is only recorded gets ids and ARNs that others can use", async () => {
  const deployment = await deployed(
    one(
      {
        Role: { Type: "AWS::IAM::Role", Properties: { RoleName: "worker" } },
        Key: { Type: "AWS::KMS::Key" },
        Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/x" } },
        Alarm: { Type: "AWS::CloudWatch::Alarm" },
        Meta: { Type: "AWS::CDK::Metadata", Properties: { Analytics: "x" } },
        Text: { Type: "Custom::AWSCDKCfnJsonStringify", Properties: { Value: { list: [1, 2] } } },
      },
      {
        Outputs: {
          Role: { Value: getAtt("Role") },
          Key: { Value: getAtt("Key") },
          Text: { Value: getAtt("Text", "Value") },
        },
      },
    ),
  );
  expect(deployment.outputs.App).toEqual({
    Role: "arn:aws:iam::000000000000:role/worker",
    Key: expect.stringMatching(/^arn:aws:kms:eu-central-1:000000000000:key\/App-Key-/),
    Text: '{"list":[1,2]}',
  });
  expect(deployment.resources.every(({ treatment }) => treatment === "recorded")).toBe(true);
  expect(deployment.warnings).toEqual([]);
});

test("types that do not exist locally are left out, one warning a type, and what refers to them is deployed", async () => {
  const deployment = await deployed(
    one({
      Api: { Type: "AWS::ApiGateway::RestApi" },
      Vpc: { Type: "AWS::EC2::VPC" },
      Second: { Type: "AWS::EC2::VPC", DependsOn: "Vpc" },
      Nat: { Type: "AWS::EC2::NatGateway", Properties: { Weird: { "Fn::ForEach": { Name: "x" } } } },
      Work: queue({
        Tags: [
          { Key: "root", Value: getAtt("Api", "RootResourceId") },
          { Key: "url", Value: { "Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod/" } },
          { Key: "block", Value: { "Fn::Select": [1, { "Fn::Cidr": [getAtt("Vpc", "CidrBlock"), 4, "8"] }] } },
          { Key: "vpc", Value: { "Fn::Join": ["/", [ref("Vpc"), ref("Nat")]] } },
        ],
      }),
    }),
  );
  expect(deployment.leftOut.map(({ what, names }) => [what, names])).toEqual([
    ["AWS::EC2::NatGateway", ["App/Nat"]],
    ["AWS::EC2::VPC", ["App/Second", "App/Vpc"]],
  ]);
  expect(deployment.warnings).toEqual([
    "AWS::EC2::NatGateway, AWS::EC2::VPC: functions run on this machine, outside any VPC (App/Nat, App/Second, App/Vpc)",
  ]);
  const tags = deployment
    .find("Work")
    .properties.objects("Tags")
    .map((tag) => tag.requiredText("Value"));
  expect(tags).toEqual([
    expect.stringMatching(/^[a-z][a-z0-9]{9}root$/),
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/_fanfare\/apis\/[a-z][a-z0-9]{9}\/prod\/$/),
    "10.0.1.0/24",
    expect.stringMatching(/^vpc-[0-9a-f]{17}\/nat-[0-9a-f]{17}$/),
  ]);
});

test("parameters, exports and secrets that the app does not have get placeholders, named once", async () => {
  const deployment = await deployed(
    one(
      {
        Work: queue({
          QueueName: { "Fn::Sub": "work-${Stage}" },
          DelaySeconds: ref("Delay"),
          Tags: [
            { Key: "foreign", Value: { "Fn::ImportValue": "Network-VpcId" } },
            {
              Key: "secret",
              Value: { "Fn::Join": ["", ["{{resolve:secretsmanager:", "db", ":SecretString:password::}}"]] },
            },
            { Key: "stored", Value: "{{resolve:ssm:/app/elsewhere:2}}" },
          ],
        }),
      },
      {
        Parameters: {
          Stage: { Type: "String", AllowedValues: ["dev", "prod"] },
          Delay: { Type: "Number", MinValue: "2" },
          Given: { Type: "String" },
        },
        Outputs: { Given: { Value: ref("Given") } },
      },
    ),
    { Given: "by hand" },
  );
  const { properties } = deployment.find("Work");
  expect(properties.text("QueueName")).toBe("work-dev");
  expect(properties.text("DelaySeconds")).toBe("2");
  expect(properties.objects("Tags").map((tag) => tag.text("Value"))).toEqual([
    "placeholder-Network-VpcId",
    expect.stringMatching(/^placeholder-secret-[0-9a-f]{12}$/),
    "placeholder-app-elsewhere",
  ]);
  expect(deployment.outputs.App).toEqual({ Given: "by hand" });
  expect(deployment.leftOut.map(({ what, names }) => [what, names])).toEqual([
    ["Exports of other apps", ["Network-VpcId"]],
    ["Parameters of Systems Manager", ["/app/elsewhere"]],
    ["Parameters without a default", ["Delay", "Stage"]],
    ["Secrets in dynamic references", ["db"]],
  ]);
  expect(deployment.warnings).toContainEqual(expect.stringContaining("--parameter NAME=VALUE"));
});

test("values in the Parameter Store come from the stack that declares them, in whichever order", async () => {
  const deployment = await deployed({
    Reader: {
      resources: {
        Work: queue({
          QueueName: { "Fn::Sub": "reads-${Stored}" },
          Tags: [{ Key: "k", Value: "{{resolve:ssm:/app/list}}" }],
        }),
      },
      template: {
        Parameters: { Stored: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/app/name" } },
      },
    },
    Writer: {
      resources: {
        Name: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/name", Type: "String", Value: "orders" } },
        List: {
          Type: "AWS::SSM::Parameter",
          Properties: { Name: "/app/list", Type: "String", Value: getAtt("Other", "QueueName") },
        },
        Other: queue({ QueueName: "other" }),
      },
    },
  });
  expect(deployment.find("Work").properties.text("QueueName")).toBe("reads-orders");
  expect(deployment.find("Work").properties.objects("Tags")[0]?.text("Value")).toBe("other");
  expect(deployment.leftOut).toEqual([]);
});

test("a subscription to a topic outside of the app is left out; the rest of the app is deployed", async () => {
  const deployment = await deployed(
    one({
      Work: queue(),
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: {
          TopicArn: "arn:aws:sns:eu-central-1:000000000000:foreign",
          Protocol: "sqs",
          Endpoint: getAtt("Work"),
        },
      },
      Mapping: mapping("Work", "Function", { EventSourceArn: "arn:aws:sqs:eu-central-1:000000000000:nobody" }),
      Function: nodeFunction("code"),
    }),
  );
  expect(deployment.leftOut.filter(({ what }) => what.includes("outside")).map(({ names }) => names)).toEqual([
    ["App/Mapping"],
    ["App/Subscription"],
  ]);
});

test("functions of other runtimes, layers without content and log subscriptions are named once, grouped", async () => {
  const python = nodeFunction("code", { Runtime: "python3.13", Handler: "app.handler" });
  const deployment = await deployed({
    App: {
      bundles: { code: "export const handler = async () => 1;" },
      resources: {
        One: python,
        Two: python,
        Image: { Type: "AWS::Lambda::Function", Properties: { Code: { ImageUri: "x" }, PackageType: "Image" } },
        Node: nodeFunction("code", { Layers: ["arn:aws:lambda:eu-central-1:123456789012:layer:powertools:7"] }),
        Forward: { Type: "AWS::Logs::SubscriptionFilter" },
        Files: { Type: "Custom::CDKBucketDeployment" },
      },
    },
  });
  expect(deployment.leftOut.map(({ what, names }) => [what, names])).toEqual([
    ["AWS::Logs::SubscriptionFilter", ["App/Forward"]],
    ["Custom::CDKBucketDeployment", ["App/Files"]],
    ["Functions of container images", ["App/Image"]],
    ["Functions with the runtime python3.13", ["App/One", "App/Two"]],
    ["Layers whose content is not an unpacked asset of the app", ["App/Node"]],
  ]);
});

test.each<[string, Record<string, Resource>, object, string, RegExp]>([
  [
    "a cycle",
    {
      A: queue({ Tags: [{ Key: "k", Value: getAtt("B") }] }),
      B: queue({ Tags: [{ Key: "k", Value: { "Fn::Sub": "${A.Arn}" } }] }),
    },
    {},
    "TemplateInvalid",
    /circular dependency.*App\/A -> App\/B -> App\/A/,
  ],
  [
    "a reference to nothing",
    { A: queue({ QueueName: ref("Nobody") }) },
    {},
    "TemplateInvalid",
    /App\/A refers to Nobody/,
  ],
  ["DependsOn nothing", { A: { ...queue(), DependsOn: "Nobody" } }, {}, "TemplateInvalid", /refers to Nobody/],
  [
    "an unknown attribute",
    { A: queue(), B: queue({ QueueName: getAtt("A", "Color") }) },
    {},
    "TemplateInvalid",
    /attribute Color of App\/A.*Arn/,
  ],
  [
    "an unknown function",
    { A: queue({ QueueName: { "Fn::ForEach": {} } }) },
    {},
    "TemplateUnsupported",
    /App\/A .*Fn::ForEach/,
  ],
  [
    "a condition that refers to itself",
    { A: { ...queue(), Condition: "C" } },
    { Conditions: { C: { "Fn::Not": [{ Condition: "C" }] } } },
    "TemplateInvalid",
    /condition C of App refers to itself/,
  ],
  [
    "a wrong type",
    { A: queue({ FifoQueue: "maybe" }) },
    {},
    "TemplateInvalid",
    /FifoQueue must be true or false, not "maybe"/,
  ],
  [
    "what SQS refuses",
    { A: queue({ VisibilityTimeout: 99_999 }) },
    {},
    "DeployFailed",
    /App\/A \(AWS::SQS::Queue\).*InvalidAttributeValue/,
  ],
])("refuses %s", async (_name, resources, template, code, message) => {
  await expect(deployed(one(resources, template))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test("functions: bundle, environment, defaults; versions and aliases mean the function", async () => {
  const deployment = await deployed({
    App: {
      bundles: { code: "export const handler = async () => 1;" },
      resources: {
        Work: queue(),
        Function: nodeFunction("code", {
          Timeout: { Ref: "AWS::NoValue" },
          Environment: { Variables: { URL: ref("Work"), COUNT: 3 } },
          ReservedConcurrentExecutions: 5,
        }),
        Alias: { Type: "AWS::Lambda::Alias", Properties: { FunctionName: ref("Function"), Name: "live" } },
        Mapping: mapping("Work", "Function", { FunctionName: ref("Alias"), Enabled: "false" }),
        Inline: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            Code: { ZipFile: "exports.handler = async () => 1;" },
          },
        },
        Python: {
          Type: "AWS::Lambda::Function",
          Properties: { Runtime: "python3.13", Handler: "a.b", Code: { S3Key: "none.zip" } },
        },
      },
    },
  });
  const [fn, inline, python] = ["Function", "Inline", "Python"].map(
    (id) => deployment.functions.find(({ resource }) => resource.logicalId === id)?.configuration,
  );
  expect(fn).toMatchObject({
    timeoutSeconds: 3,
    memorySizeMb: 128,
    reservedConcurrency: 5,
    environment: { URL: deployment.find("Work").physicalId, COUNT: "3" },
    codeDirectory: expect.stringContaining("asset.code."),
  });
  expect(inline?.codeDirectory).toBeDefined();
  expect(python?.codeDirectory).toBeUndefined();
  expect(deployment.warnings).toEqual([expect.stringContaining("App/Python")]);
  expect(deployment.mappings[0]?.configuration).toMatchObject({
    functionName: fn?.functionName,
    enabled: false,
    batchSize: 10,
  });
});

test("a stack with an environment of its own goes to that region and account", async () => {
  const deployment = await deployed({
    Here: { resources: { Work: queue({ QueueName: "same" }) } },
    There: { environment: "aws://111122223333/us-west-2", resources: { Work: queue({ QueueName: "same" }) } },
  });
  expect(deployment.find("Here/Work").arn).toBe("arn:aws:sqs:eu-central-1:000000000000:same");
  expect(deployment.find("There/Work")).toMatchObject({
    arn: "arn:aws:sqs:us-west-2:111122223333:same",
    physicalId: `${server.endpoint}/111122223333/same`,
  });
});

test("the stacks of a stage are read from its nested assembly", async () => {
  const directory = writtenAssembly({ Outer: { resources: {} } });
  const nested = join(directory, "assembly-Stage");
  mkdirSync(nested);
  writeAssembly({ Inner: { resources: { Work: queue() } } }, nested);
  const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8"));
  manifest.artifacts.Stage = { type: "cdk:cloud-assembly", properties: { directoryName: "assembly-Stage" } };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  expect(readAssembly(directory).map(({ name }) => name)).toEqual(["Outer", "Inner"]);
});

test("resources are found by id, name, ARN and the end of their path; a doubtful key is refused", async () => {
  const path = (text: string) => ({ Metadata: { "aws:cdk:path": text } });
  const deployment = await deployed({
    A: { resources: { Queue1: { ...queue({ QueueName: "q1" }), ...path("A/Orders/Billing/Queue/Resource") } } },
    B: { resources: { Queue1: { ...queue(), ...path("B/Orders/Queue/Resource") } } },
  });
  const expected = deployment.find("A/Queue1");
  for (const key of ["q1", "arn:aws:sqs:eu-central-1:000000000000:q1", "/A/Orders/Billing/Queue", "Billing/Queue"]) {
    expect(deployment.find(key)).toBe(expected);
  }
  expect(() => deployment.find("Queue1")).toThrow(/matches more than one resource: A\/Queue1, B\/Queue1/);
  expect(() => deployment.find("q1", "AWS::SNS::Topic")).toThrow(/there is no AWS::SNS::Topic q1/);
});

test.each([
  ["missing", undefined, /cannot read .*manifest\.json \(run `cdk synth` first/],
  ["broken", "{", /cannot read/],
  ["no object", "[]", /does not hold a JSON object/],
])("an assembly that is %s", (_name, manifest, message) => {
  const directory = mkdtempSync(join(tmpdir(), "fanfare-assembly-"));
  directories.push(directory);
  if (manifest !== undefined) {
    writeFileSync(join(directory, "manifest.json"), manifest);
  }
  expect(() => readAssembly(directory)).toThrow(
    expect.objectContaining({ code: "AssemblyInvalid", message: expect.stringMatching(message) }),
  );
});

test("what refers to unknown imports is left out where a service refuses it, and the rest is deployed", async () => {
  const unknown = { "Fn::ImportValue": "central-topic" };
  const deployment = await deployed(
    one({
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: unknown, Protocol: "sqs", Endpoint: getAtt("Work") },
      },
      Reads: mapping("Work", "Reader", { EventSourceArn: unknown }),
      Reader: {
        Type: "AWS::Lambda::Function",
        Properties: { Runtime: "nodejs24.x", Handler: "index.handler", Code: { ZipFile: "x" } },
      },
      Work: queue({ Tags: [{ Key: "name", Value: { "Fn::Select": [5, { "Fn::Split": [":", unknown] }] } }] }),
    }),
  );
  expect(deployment.find("Work").properties.objects("Tags")[0]?.text("Value")).toBe("placeholder-central-topic");
  expect(deployment.find("Subscription").treatment).toBe("unsupported");
  expect(deployment.leftOut.map(({ what }) => what)).toEqual([
    "AWS::SNS::Subscription that refers to a resource outside of the app",
    "Event source mappings of other sources than ARNs (Kafka)",
    "Exports of other apps",
  ]);
});

test("a short path means what lies highest", async () => {
  const deployment = await deployed(
    one({
      A: { Type: "AWS::SNS::Topic", Metadata: { "aws:cdk:path": "App/Alerts/Resource" } },
      B: { Type: "AWS::SNS::Topic", Metadata: { "aws:cdk:path": "App/Notify/Alerts/Resource" } },
    }),
  );
  expect(deployment.find("Alerts").logicalId).toBe("A");
  expect(deployment.find("Notify/Alerts").logicalId).toBe("B");
});
