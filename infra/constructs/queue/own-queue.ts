import * as iam from "aws-cdk-lib/aws-iam";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/**
 * A queue that is created here. The queues of one construct have one policy resource together, which saves two resources per
 * subscriber. What is added to the policy of one of them applies to it only if the statement names its ARN.
 */
export class OwnQueue extends sqs.Queue {
  private shared: sqs.QueuePolicy | undefined;

  /** Without a policy until it is created or shared: `enforceSSL` would create one. */
  constructor(scope: Construct, id: string, props: Omit<sqs.QueueProps, "enforceSSL">) {
    super(scope, id, { ...props, enforceSSL: false });
  }

  /** Creates the policy of the queue, as its child: what depends on the queue, such as a notification of S3, waits for it. */
  createPolicy({ enforceSSL }: { readonly enforceSSL: boolean }): void {
    this.shared = new sqs.QueuePolicy(this, "Policy", { queues: [this] });
    if (enforceSSL) {
      this.shared.document.addStatements(
        new iam.PolicyStatement({
          sid: "HttpsOnly",
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ["sqs:*"],
          // Every queue that shares the policy.
          resources: ["*"],
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        }),
      );
    }
  }

  /** Makes the policy of this queue that of another queue too. */
  sharePolicyWith(other: OwnQueue): void {
    const policy = this.sharedPolicy();
    const resource = policy.node.defaultChild;
    if (resource instanceof sqs.CfnQueuePolicy) {
      resource.queues = [...resource.queues, other.queueUrl];
    }
    other.shared = policy;
  }

  override addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult {
    const policy = this.sharedPolicy();
    policy.document.addStatements(statement);
    return { statementAdded: true, policyDependable: policy };
  }

  private sharedPolicy(): sqs.QueuePolicy {
    if (this.shared === undefined) {
      throw new TypeError(`${this.node.path} has no policy yet`);
    }
    return this.shared;
  }
}
