import type * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";

/** The topic or queue to which publishers publish. */
export interface PublishTarget {
  readonly contractName: string;
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
  /** The topic or queue: its ARN, and its policy. */
  readonly resource: { readonly arn: string; readonly policy: iam.IResourceWithPolicy };
  /** `sns:Publish` or `sqs:SendMessage`; both include the batch call. */
  readonly action: string;
  readonly encryptionKey: kms.IKey | undefined;
  /** Size in bytes above which a message is offloaded, or refused where there is no bucket. */
  readonly maxMessageBytes: number;
  readonly payloads: WritablePayloads | undefined;
  /** CloudWatch namespace of what publishers tell of themselves; `undefined` if they do not. */
  readonly metricsNamespace: string | undefined;
}

/** Where publishers write offloaded payloads. */
export interface WritablePayloads {
  /** `bucket/prefix/` */
  readonly location: string;
  grantWrite(grantee: iam.IGrantable): iam.Grant[];
  /** Returns the statements that imported policies need for a grantee. */
  missingForWrite(grantee: iam.IGrantable): iam.PolicyStatement[];
  /** Allows accounts to write in the policies of bucket and key; returns the statements that imported policies need. */
  allowWrite(principals: readonly iam.IPrincipal[]): iam.PolicyStatement[];
}
