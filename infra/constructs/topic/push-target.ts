import { Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { refuse, refuseIf } from "../checks/index.ts";
import { addPush } from "../consumer/index.ts";
import { describePlace, isElsewhere, type Place, placeOf, placeOfArn } from "../places/index.ts";
import type { PushTarget } from "./push-options.ts";

/** The properties of a subscription that depend on its target. */
export interface PushEndpoint {
  readonly protocol: "lambda" | "email" | "email-json" | "sms" | "https" | "firehose";
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean;
  readonly subscriptionRoleArn?: string;
}

const TARGETS = ["lambda", "email", "sms", "https", "firehose"] as const;

/** Returns the option that names a target. */
export function targetName(target: PushTarget): string | undefined {
  return TARGETS.find((name) => name in target);
}

/** Source: Amazon Data Firehose API Reference; Amazon SNS Developer Guide, "Prerequisites for subscribing Firehose delivery streams". */
const FIREHOSE_ACTIONS = [
  "firehose:DescribeDeliveryStream",
  "firehose:ListDeliveryStreams",
  "firehose:ListTagsForDeliveryStream",
  "firehose:PutRecord",
  "firehose:PutRecordBatch",
];

const STREAM_ARN = /^arn:[a-z-]+:firehose:[a-z0-9-]+:\d{12}:deliverystream\/[A-Za-z0-9_.-]{1,64}$/;

/**
 * Returns the endpoint of a target, and grants SNS what it needs there.
 *
 * @throws FanfareError `ConfigurationInvalid` for no target, several, or an address that SNS would refuse
 */
export function endpointOf(scope: Construct, target: PushTarget, topicArn: string): PushEndpoint {
  const given = TARGETS.filter((name) => name in target);
  refuseIf(scope, given.length !== 1, {
    field: "target",
    message: `push has ${given.length === 0 ? "no target" : `the targets ${given.join(" and ")}`}`,
    remedy: `name exactly one of ${TARGETS.join(", ")}`,
  });
  const [chosen] = given;
  for (const [option, of] of [
    ["json", "email"],
    ["raw", "https"],
  ] as const) {
    refuseIf(scope, option in target && chosen !== of, {
      field: option,
      message: `${option} is given with ${chosen}, where it has no effect`,
      remedy: `leave it out: it is an option of ${of}`,
    });
  }
  if ("lambda" in target) {
    addPush(target.lambda);
    refuseCrossEnvironment(scope, "lambda", "function", target.lambda.env);
    target.lambda.addPermission(`Sns-${scope.node.addr}`, {
      principal: new iam.ServicePrincipal("sns.amazonaws.com"),
      sourceArn: topicArn,
      scope,
    });
    return { protocol: "lambda", endpoint: target.lambda.functionArn };
  }
  if ("email" in target) {
    checkForm(scope, "email", target.email, /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "ops@example.com");
    return { protocol: target.json === true ? "email-json" : "email", endpoint: target.email };
  }
  if ("sms" in target) {
    checkForm(scope, "sms", target.sms, /^\+[1-9]\d{1,14}$/, "+4915112345678");
    return { protocol: "sms", endpoint: target.sms };
  }
  if ("https" in target) {
    checkForm(scope, "https", target.https, /^https:\/\/[^\s/]+/, "https://example.com/events", URL.canParse);
    return { protocol: "https", endpoint: target.https, rawMessageDelivery: target.raw ?? false };
  }
  if ("firehose" in target) {
    checkForm(
      scope,
      "firehose",
      target.firehose,
      STREAM_ARN,
      "arn:aws:firehose:eu-central-1:111122223333:deliverystream/events",
    );
    refuseCrossEnvironment(scope, "firehose", "stream", placeOfArn(target.firehose, placeOf(scope)));
    const role = firehoseRole(scope, target.firehose);
    return { protocol: "firehose", endpoint: target.firehose, rawMessageDelivery: true, subscriptionRoleArn: role };
  }
  refuse(scope, { field: "target", message: "push has no target", remedy: "name one" });
}

/**
 * Refuses a target of another account or Region. The permission of a function is created in its own Region, with another principal if
 * one of the two is opt-in, and not for all pairs of Regions; streams are reached within a Region only.
 * Source: Amazon SNS Developer Guide, "Cross-Region delivery" and "Prerequisites for integrating Amazon SNS with Lambda functions across regions".
 */
function refuseCrossEnvironment(scope: Construct, field: string, what: string, place: Place): void {
  const here = placeOf(scope);
  refuseIf(scope, isElsewhere(place, here), {
    field,
    message: `the ${what} is in ${describePlace(place)}, but the topic is in ${describePlace(here)}: SNS would not be allowed to push to it`,
    remedy: `use fanOut with the scope of a stack there, and a handler that does the work, or a ${what} beside the topic`,
  });
}

function firehoseRole(scope: Construct, streamArn: string): string {
  const role = new iam.Role(scope, "Role", { assumedBy: new iam.ServicePrincipal("sns.amazonaws.com") });
  role.addToPolicy(new iam.PolicyStatement({ actions: FIREHOSE_ACTIONS, resources: [streamArn] }));
  return role.roleArn;
}

function checkForm(
  scope: Construct,
  field: string,
  value: string,
  form: RegExp,
  example: string,
  isValid: (value: string) => boolean = () => true,
): void {
  refuseIf(scope, !Token.isUnresolved(value) && !(form.test(value) && isValid(value)), {
    field,
    message: `${field} is "${value}", which SNS would refuse`,
    remedy: `write ${field}: "${example}"`,
  });
}
