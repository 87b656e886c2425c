import { Annotations, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { isOptInRegion, snsPrincipal } from "../../../lib/regions/index.ts";
import { differs } from "./place.ts";

/**
 * Returns the names of the principals as which SNS may send from a topic to a queue. It is one, unless a Region is known only at
 * deployment. Then it is that of the service, which is right within a Region and between Regions that are enabled by default, and
 * that of the other Region if it is opt-in. A statement that lists both still admits one topic only.
 */
export function snsPrincipalNames(topicRegion: string, queueRegion: string): readonly string[] {
  const known = [topicRegion, queueRegion].filter((region) => !Token.isUnresolved(region));
  if (known.length === 2) {
    return [snsPrincipal(topicRegion, queueRegion)];
  }
  return ["sns.amazonaws.com", ...known.filter(isOptInRegion).map((region) => `sns.${region}.amazonaws.com`)];
}

/** Returns the principals as which SNS may send from a topic to a queue: see {@link snsPrincipalNames}. */
export function snsPrincipals(topicRegion: string, queueRegion: string): iam.IPrincipal[] {
  return snsPrincipalNames(topicRegion, queueRegion).map((name) => new iam.ServicePrincipal(name));
}

/** Tells that the Region of the topic or of the queue is not known, and so whether SNS may send: a warning for opt-in Regions. */
export function warnOfUnknownRegion(scope: IConstruct, topicRegion: string, queueRegion: string): void {
  const regions = { topic: topicRegion, queue: queueRegion };
  const unknown = (["topic", "queue"] as const).filter((resource) => Token.isUnresolved(regions[resource]));
  const [resource] = unknown;
  if (unknown.length !== 1 || resource === undefined) {
    return;
  }
  const other = resource === "topic" ? queueRegion : topicRegion;
  const allowed = snsPrincipalNames(topicRegion, queueRegion).join(" and ");
  const text = `the Region of the ${resource} is known only at deployment, that of the other side is ${other}: SNS is allowed to send as ${allowed}. If the ${resource} is in another Region that is opt-in, SNS sends as sns.<Region of the queue>.amazonaws.com, and nothing would arrive. Set env.region on the stack of the ${resource}`;
  if (isOptInRegion(other)) {
    Annotations.of(scope).addWarningV2("fanfare:regionUnknown", text);
  } else {
    Annotations.of(scope).addInfo(text);
  }
}

/** A Region of which AWS's own pages disagree whether accounts must opt into it. */
const DISPUTED_REGION = "ap-northeast-3";

/**
 * Warns if either the topic or the queue is in `ap-northeast-3`, and the other in another Region.
 * Sources: AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account", which has it enabled by default; Amazon SNS
 * Developer Guide, "Cross-Region delivery", which lists it as opt-in.
 */
export function warnOfDisputedRegion(scope: IConstruct, topicRegion: string, queueRegion: string): void {
  const isDisputed = [topicRegion, queueRegion].filter((region) => region === DISPUTED_REGION).length === 1;
  if (isDisputed && differs(topicRegion, queueRegion)) {
    const allowed = snsPrincipalNames(topicRegion, queueRegion).join(" and ");
    Annotations.of(scope).addWarningV2(
      "fanfare:regionDisputed",
      `the topic is in ${topicRegion}, the queue is in ${queueRegion}: AWS Account Management lists ${DISPUTED_REGION} as enabled by default, the Amazon SNS Developer Guide as opt-in. SNS is allowed to send as ${allowed}, which follows the former. Publish one event and see it arrive; if it does not, allow sns.${DISPUTED_REGION}.amazonaws.com in the policies of the queue and of the dead-letter queue of its subscription too`,
    );
  }
}
