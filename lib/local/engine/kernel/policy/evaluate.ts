import { isJsonObject, type Json, type JsonObject, Memo, matchesPattern } from "../../../../std/index.ts";
import { parseArn } from "../arn.ts";
import { conditionsHold, type RequestContext } from "./condition.ts";
import { listOf, parsePolicy } from "./document.ts";

/** Who makes a request: an account, or a service on behalf of a resource. */
export type Requester =
  | { readonly kind: "account"; readonly accountId: string }
  | {
      readonly kind: "service";
      /** For example `sns.amazonaws.com`. */
      readonly name: string;
      /** The topic, bucket or rule that the service acts for. */
      readonly sourceArn: string;
      readonly sourceAccount: string;
    };

/** A request as a resource policy sees it. */
export interface PolicyRequest {
  readonly requester: Requester;
  /** For example `sqs:SendMessage`. */
  readonly action: string;
  /** The ARN of the resource that has the policy. */
  readonly resource: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Condition keys of the service, in lower case, for example `s3:prefix`. */
  readonly conditions?: RequestContext;
}

export type PolicyDecision = "allowed" | "explicitlyDenied" | "implicitlyDenied";

/** A policy, read once. */
interface KnownPolicy {
  readonly statements: readonly JsonObject[];
  /** Decisions by requester, action and resource; undefined where the time decides, too. */
  readonly decisions: Map<string, PolicyDecision> | undefined;
}

/** Policies that are kept, and decisions of each: a topic asks a queue's policy for every message. */
const MOST_POLICIES = 1_000;
const MOST_DECISIONS = 1_000;

const policies = new Memo<KnownPolicy>(MOST_POLICIES, (policy) => {
  const statements = parsePolicy(policy)?.statements ?? [];
  // Of what was parsed: the policy itself may write a name with escapes.
  const asksForTime = /aws:(?:currenttime|epochtime)/i.test(JSON.stringify(statements));
  return { statements, decisions: asksForTime ? undefined : new Map() };
});

/**
 * Decides a request by a resource policy: an explicit Deny wins, then an Allow; without either the request is denied
 * implicitly ("Policy evaluation logic" of the IAM User Guide). What cannot be evaluated, such as a condition with an
 * unknown operator, never lets a request through: an Allow does not apply then, a Deny does. Policy variables (`${...}`)
 * are not replaced.
 */
export function evaluatePolicy(policy: string | undefined, request: PolicyRequest): PolicyDecision {
  const { statements, decisions } = policies.of(policy ?? "");
  if (decisions === undefined || request.conditions !== undefined) {
    return decide(statements, request);
  }
  const { requester, action, resource } = request;
  const key = JSON.stringify([requester, action, resource]);
  const known = decisions.get(key);
  if (known !== undefined) {
    return known;
  }
  const decision = decide(statements, request);
  if (decisions.size >= MOST_DECISIONS) {
    decisions.clear();
  }
  decisions.set(key, decision);
  return decision;
}

function decide(statements: readonly JsonObject[], request: PolicyRequest): PolicyDecision {
  const context = requestContext(request);
  const applying = statements.filter((statement) => applies(statement, request, context));
  if (applying.some((statement) => statement.Effect !== "Allow")) {
    return "explicitlyDenied";
  }
  return applying.length > 0 ? "allowed" : "implicitlyDenied";
}

/**
 * Decides a request of an account on a resource. The engine checks no identity policies: the owner's account may do what no
 * statement denies. Everybody else needs a statement that allows it.
 */
export function decideAccess(
  policy: string | undefined,
  ownerAccountId: string,
  request: PolicyRequest,
): PolicyDecision {
  const decision = evaluatePolicy(policy, request);
  const isOwner = request.requester.kind === "account" && request.requester.accountId === ownerAccountId;
  return isOwner && decision === "implicitlyDenied" ? "allowed" : decision;
}

/** Why a request was denied, in the words of the services. */
export function denialReason(decision: PolicyDecision, action: string): string {
  return decision === "explicitlyDenied"
    ? "with an explicit deny in a resource-based policy"
    : `because no resource-based policy allows the ${action} action`;
}

function applies(statement: JsonObject, request: PolicyRequest, context: RequestContext): boolean {
  return (
    coversRequester(statement, request.requester) &&
    covers(lowerCase(statement.Action), lowerCase(statement.NotAction), request.action.toLowerCase()) &&
    covers(statement.Resource, statement.NotResource, request.resource) &&
    (conditionsHold(statement.Condition, context) ?? statement.Effect !== "Allow")
  );
}

/** `NotPrincipal` works with Deny only ("AWS JSON policy elements: NotPrincipal" of the IAM User Guide). */
function coversRequester(statement: JsonObject, requester: Requester): boolean {
  const { Principal: principal, NotPrincipal: notPrincipal } = statement;
  if (principal !== undefined) {
    return namesRequester(principal, requester);
  }
  return notPrincipal !== undefined && statement.Effect !== "Allow" && !namesRequester(notPrincipal, requester);
}

/**
 * `*` and `{"AWS":"*"}` name everybody. The engine knows accounts and no users or roles, so the ARN of any user or role
 * names its whole account.
 */
function namesRequester(principal: Json, requester: Requester): boolean {
  if (principal === "*") {
    return true;
  }
  if (!isJsonObject(principal)) {
    return false;
  }
  const accounts = listOf(principal.AWS);
  if (accounts.includes("*")) {
    return true;
  }
  return requester.kind === "service"
    ? listOf(principal.Service).includes(requester.name)
    : accounts.some(
        (name) =>
          typeof name === "string" &&
          (name === requester.accountId || parseArn(name)?.accountId === requester.accountId),
      );
}

/** Whether an element such as `Action`, or its opposite such as `NotAction`, covers the value. */
function covers(patterns: Json | undefined, opposite: Json | undefined, value: string): boolean {
  const matches = (pattern: Json) => typeof pattern === "string" && matchesPattern(pattern, value);
  if (patterns !== undefined) {
    return listOf(patterns).some(matches);
  }
  return opposite !== undefined && !listOf(opposite).some(matches);
}

function lowerCase(element: Json | undefined): Json | undefined {
  return element === undefined
    ? undefined
    : listOf(element).map((pattern) => (typeof pattern === "string" ? pattern.toLowerCase() : pattern));
}

/**
 * The condition keys that the engine knows ("AWS global condition context keys" of the IAM User Guide). Requests count as
 * sent over TLS from the loopback address: the local runtime speaks HTTP, but the policy is written for AWS.
 */
function requestContext({ requester, now, conditions = new Map() }: PolicyRequest): RequestContext {
  const common: [string, string][] = [
    ["aws:securetransport", "true"],
    ["aws:currenttime", new Date(now).toISOString()],
    ["aws:epochtime", String(Math.floor(now / 1_000))],
    ["aws:principalisawsservice", String(requester.kind === "service")],
  ];
  const own: [string, string][] =
    requester.kind === "service"
      ? [
          ["aws:sourcearn", requester.sourceArn],
          ["aws:sourceaccount", requester.sourceAccount],
          ["aws:principalservicename", requester.name],
          ["aws:principalservicenameslist", requester.name],
        ]
      : [
          ["aws:principaltype", "Account"],
          ["aws:viaawsservice", "false"],
          ["aws:principalaccount", requester.accountId],
          ["aws:principalarn", `arn:aws:iam::${requester.accountId}:root`],
          ["aws:sourceip", "127.0.0.1"],
          // The key of the default policy of SNS topics.
          ["aws:sourceowner", requester.accountId],
        ];
  const values = [...common, ...own].map(([key, value]): [string, readonly string[]] => [key, [value]]);
  return new Map([...values, ...conditions]);
}
