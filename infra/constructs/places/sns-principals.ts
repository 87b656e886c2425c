import { Annotations, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { isOptInRegion, snsPrincipal } from "../../../lib/regions/index.ts";

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
