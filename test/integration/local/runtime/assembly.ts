import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Properties of a template, as loose as the template itself. */
export type Properties = Readonly<Record<string, unknown>>;

/** An entry of `Resources`. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DependsOn?: string | readonly string[];
  readonly Metadata?: Properties;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}

/** One stack of a hand-written assembly. */
export interface StackFixture {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Source of `index.mjs` by the name that {@link nodeFunction} was given. */
  readonly bundles?: Readonly<Record<string, string>>;
  readonly template?: Properties;
  readonly dependencies?: readonly string[];
  /** `aws://<account>/<region>`; by default both are left to the deployment. */
  readonly environment?: string;
}

/** Writes a cloud assembly as `cdk synth` would, into a new temporary directory or a given one. */
export function writeAssembly(stacks: Readonly<Record<string, StackFixture>>, directory?: string): string {
  const root = directory ?? mkdtempSync(join(tmpdir(), "fanfare-assembly-"));
  const artifacts: Record<string, unknown> = {};
  for (const [name, stack] of Object.entries(stacks)) {
    const { resources, bundles = {}, template = {}, dependencies = [] } = stack;
    let text = JSON.stringify({ ...template, Resources: resources });
    const files: Record<string, unknown> = {};
    for (const [bundle, source] of Object.entries(bundles)) {
      const hash = createHash("sha256").update(source).digest("hex").slice(0, 16);
      const path = `asset.${bundle}.${hash}`;
      mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, path, "index.mjs"), source);
      files[hash] = {
        source: { path, packaging: "zip" },
        destinations: { here: { bucketName: "assets", objectKey: `${path}.zip` } },
      };
      text = text.replaceAll(`"${bundle}.zip"`, `"${path}.zip"`);
    }
    writeFileSync(join(root, `${name}.template.json`), text);
    writeFileSync(join(root, `${name}.assets.json`), JSON.stringify({ version: "55.0.0", files, dockerImages: {} }));
    artifacts[`${name}.assets`] = { type: "cdk:asset-manifest", properties: { file: `${name}.assets.json` } };
    artifacts[name] = {
      type: "aws:cloudformation:stack",
      environment: stack.environment ?? "aws://unknown-account/unknown-region",
      properties: { templateFile: `${name}.template.json` },
      dependencies: [`${name}.assets`, ...dependencies],
    };
  }
  writeFileSync(join(root, "manifest.json"), JSON.stringify({ version: "55.0.0", artifacts }));
  return root;
}

export function removeAssembly(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

export const getAtt = (id: string, attribute = "Arn"): Properties => ({ "Fn::GetAtt": [id, attribute] });
export const ref = (id: string): Properties => ({ Ref: id });

/** A function whose code is the bundle of the given name. */
export function nodeFunction(bundle: string, properties: Properties = {}): Resource {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Timeout: 1,
      Code: { S3Bucket: "assets", S3Key: `${bundle}.zip` },
      ...properties,
    },
  };
}

/**
 * A queue. Its visibility timeout is long enough that a slow machine starts a function's process in time; tests of
 * redelivery set a shorter one.
 */
export function queue(properties: Properties = {}): Resource {
  return { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 20, ...properties } };
}

/** A mapping from a queue to a function, with partial batch responses. */
export function mapping(queueId: string, functionId: string, properties: Properties = {}): Resource {
  return {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: getAtt(queueId),
      FunctionName: ref(functionId),
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...properties,
    },
  };
}

/** A queue policy that lets a service send, from a source ARN. */
export function allowService(queueId: string, service: string, sourceArn: unknown): Resource {
  return {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [ref(queueId)],
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Principal: { Service: service },
            Resource: getAtt(queueId),
            Condition: { ArnLike: { "aws:SourceArn": sourceArn } },
          },
        ],
      },
    },
  };
}
