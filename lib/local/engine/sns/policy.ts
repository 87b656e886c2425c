import type { Topic } from "./state.ts";

/** Who asks: an account of AWS, or a service on behalf of a resource. */
export type Requester =
  | { readonly kind: "account"; readonly accountId: string }
  | {
      readonly kind: "service";
      readonly principal: string;
      readonly sourceArn: string;
      readonly sourceAccount: string;
    };

type JsonObject = Readonly<Record<string, unknown>>;

/** The actions of the policy that SNS gives a topic without one: the owner may do all of them. */
const DEFAULT_ACTIONS = [
  "SNS:GetTopicAttributes",
  "SNS:SetTopicAttributes",
  "SNS:AddPermission",
  "SNS:RemovePermission",
  "SNS:DeleteTopic",
  "SNS:Subscribe",
  "SNS:ListSubscriptionsByTopic",
  "SNS:Publish",
];

/** The policy in force, as JSON: the one that was set, or the one that SNS gives a new topic. */
export function policyText(topic: Topic): string {
  return (
    topic.attributes.get("Policy") ??
    JSON.stringify({
      Version: "2008-10-17",
      Id: "__default_policy_ID",
      Statement: [
        {
          Sid: "__default_statement_ID",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: DEFAULT_ACTIONS,
          Resource: topic.arn,
          Condition: { StringEquals: { "AWS:SourceOwner": topic.accountId } },
        },
      ],
    })
  );
}

/**
 * Whether the topic's policy lets the requester act. The owner's account may do everything that no statement denies;
 * anybody else needs a statement that allows it. An explicit deny wins.
 *
 * Conditions known: the string, ARN and Bool operators over aws:SourceArn, aws:SourceAccount, aws:SourceOwner,
 * aws:PrincipalAccount and aws:SecureTransport (taken as true: the local runtime speaks HTTP, the policy is about AWS).
 * A condition that is not known does not hold.
 *
 * @param action without the service, for example `Publish`
 */
export function isAllowed(topic: Topic, action: string, requester: Requester): boolean {
  const isOwner = requester.kind === "account" && requester.accountId === topic.accountId;
  // The usual case, on every publish: no need to read a policy that only repeats it.
  if (isOwner && !topic.attributes.has("Policy")) {
    return true;
  }
  const statements = statementsOf(policyText(topic)).filter(
    (statement) =>
      coversAction(statement, action) && coversPrincipal(statement, requester) && holds(statement, requester),
  );
  if (statements.some((statement) => statement.Effect === "Deny")) {
    return false;
  }
  return isOwner || statements.some((statement) => statement.Effect === "Allow");
}

/** The statements of a policy document; a single object counts as a list of one. */
export function statementsOf(policy: string): JsonObject[] {
  const document: unknown = JSON.parse(policy);
  return isObject(document) ? toList(document.Statement).filter(isObject) : [];
}

function coversAction(statement: JsonObject, action: string): boolean {
  const matches = (pattern: unknown) =>
    typeof pattern === "string" && isLike(pattern.toLowerCase(), `sns:${action.toLowerCase()}`);
  if (statement.NotAction !== undefined) {
    return !toList(statement.NotAction).some(matches);
  }
  return toList(statement.Action).some(matches);
}

function coversPrincipal(statement: JsonObject, requester: Requester): boolean {
  const principal = statement.Principal;
  if (principal === "*") {
    return true;
  }
  if (!isObject(principal)) {
    return false;
  }
  const isAnyone = toList(principal.AWS).includes("*");
  if (requester.kind === "service") {
    return isAnyone || toList(principal.Service).includes(requester.principal);
  }
  return (
    isAnyone ||
    toList(principal.AWS).some(
      (name) =>
        name === requester.accountId || (typeof name === "string" && name.split(":")[4] === requester.accountId),
    )
  );
}

function holds(statement: JsonObject, requester: Requester): boolean {
  const condition = statement.Condition;
  if (!isObject(condition)) {
    return true;
  }
  return Object.entries(condition).every(
    ([operator, keys]) =>
      isObject(keys) &&
      Object.entries(keys).every(([key, expected]) => {
        const ifExists = operator.endsWith("IfExists");
        const actual = contextValue(key.toLowerCase(), requester);
        if (actual === undefined && ifExists) {
          return true;
        }
        return compare(
          ifExists ? operator.slice(0, -"IfExists".length) : operator,
          actual,
          toList(expected).map(String),
        );
      }),
  );
}

function contextValue(key: string, requester: Requester): string | undefined {
  if (key === "aws:securetransport") {
    return "true";
  }
  if (requester.kind === "account") {
    return key === "aws:sourceowner" || key === "aws:principalaccount" ? requester.accountId : undefined;
  }
  if (key === "aws:sourcearn") {
    return requester.sourceArn;
  }
  return key === "aws:sourceaccount" ? requester.sourceAccount : undefined;
}

function compare(operator: string, actual: string | undefined, expected: readonly string[]): boolean {
  switch (operator) {
    case "StringEquals":
      return actual !== undefined && expected.includes(actual);
    case "StringNotEquals":
      return actual === undefined || !expected.includes(actual);
    case "StringEqualsIgnoreCase":
    case "Bool":
      return actual !== undefined && expected.some((value) => value.toLowerCase() === actual.toLowerCase());
    case "StringLike":
    case "ArnLike":
    case "ArnEquals":
      return actual !== undefined && expected.some((pattern) => isLike(pattern, actual));
    case "StringNotLike":
    case "ArnNotLike":
    case "ArnNotEquals":
      return actual === undefined || !expected.some((pattern) => isLike(pattern, actual));
    default:
      return false;
  }
}

/** `*` stands for any characters, `?` for one. */
function isLike(pattern: string, value: string): boolean {
  const source = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, (character) =>
    character === "*" ? ".*" : character === "?" ? "." : `\\${character}`,
  );
  return new RegExp(`^${source}$`, "s").test(value);
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
