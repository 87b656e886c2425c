import { Annotations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { publisherVariables } from "../../../lib/names/index.ts";
import { definedFunctionOf } from "./defined-function.ts";
import { grantEncrypt } from "./encryption.ts";

/** The topic or queue to which publishers publish. */
export interface PublishTarget {
  readonly contractName: string;
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
  /** ARN of the topic or queue. */
  readonly arn: string;
  /** `sns:Publish` or `sqs:SendMessage`; both include the batch call. */
  readonly action: string;
  readonly encryptionKey: kms.IKey | undefined;
  /** Size in bytes above which a message is offloaded, or refused where there is no bucket. */
  readonly maxMessageBytes: number;
  readonly payloads: WritablePayloads | undefined;
}

/** Where publishers write offloaded payloads. */
export interface WritablePayloads {
  /** `bucket/prefix/` */
  readonly location: string;
  grantWrite(grantee: iam.IGrantable): iam.Grant[];
}

/**
 * Grants what a publisher needs: publishing, using the key, and writing payloads under their prefix. If the grantee is a
 * function of this app, it also gets the environment variables that `createPublisher` reads.
 */
export function grantPublishing(scope: Construct, grantee: iam.IGrantable, to: PublishTarget): iam.Grant {
  const names = publisherVariables(to.contractName);
  setVariables(scope, grantee, {
    [names.target]: to.target,
    [names.maxMessageBytes]: String(to.maxMessageBytes),
    ...(to.payloads === undefined ? {} : { [names.payloadLocation]: to.payloads.location }),
  });
  if (grantee.grantPrincipal instanceof iam.UnknownPrincipal) {
    return iam.Grant.drop(grantee, "imported without its role");
  }
  const grants = [...grantEncrypt(to.encryptionKey, grantee), ...(to.payloads?.grantWrite(grantee) ?? [])];
  const publish = iam.Grant.addToPrincipal({ grantee, actions: [to.action], resourceArns: [to.arn] });
  return grants.reduce((combined, grant) => combined.combine(grant), publish);
}

function setVariables(scope: Construct, grantee: iam.IGrantable, variables: Readonly<Record<string, string>>): void {
  if (!(grantee instanceof lambda.FunctionBase)) {
    return;
  }
  const fn = definedFunctionOf(grantee);
  if (fn === undefined) {
    Annotations.of(scope).addWarningV2(
      "fanfare:publisherImported",
      `the publishing function ${grantee.node.path} is imported, so its environment cannot be set here: set ${Object.keys(variables).join(", ")} where it is defined. If it was imported without its role, grant its permissions there too.`,
    );
    return;
  }
  for (const [name, value] of Object.entries(variables)) {
    fn.addEnvironment(name, value);
  }
}
