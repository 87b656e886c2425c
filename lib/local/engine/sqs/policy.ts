import { invalidAttributeValue } from "./errors.ts";
import { matchesCondition } from "./policy-condition.ts";
import { matchesPattern } from "./policy-pattern.ts";

/** A request of an AWS service against a queue, as its resource policy sees it. */
export interface PolicyRequest {
  /** For example `sns.amazonaws.com`. */
  readonly servicePrincipal: string;
  /** For example `sqs:SendMessage`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, for example `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Whether a queue policy lets a service do something: some statement must allow it and none deny it ("Policy
 * evaluation logic" of the IAM guide). A service has no identity policy, so without a resource policy nothing is
 * allowed. Statements with condition operators that this engine does not know do not apply.
 */
export function isAllowed(policy: string | undefined, request: PolicyRequest): boolean {
  const applying = statementsOf(policy).filter((statement) => applies(statement, request));
  return (
    applying.some((statement) => statement.Effect === "Allow") &&
    applying.every((statement) => statement.Effect !== "Deny")
  );
}

/** Throws `InvalidAttributeValue` when the text cannot be a policy at all. */
export function checkPolicyDocument(text: string): void {
  const document = policyDocument(text);
  if (document === undefined || !("Statement" in document)) {
    throw invalidAttributeValue("Policy", "It must be a JSON object with the member Statement.");
  }
}

/** The JSON object that the text is; `undefined` when it is none. */
export function policyDocument(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The statements of a policy document; one statement may stand without a list. */
export function statementsOf(policy: string | undefined): Record<string, unknown>[] {
  return listOf(policyDocument(policy)?.Statement).filter(isObject);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** IAM's habit: one value or a list of them. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? value : [value];
}

function applies(statement: Record<string, unknown>, request: PolicyRequest): boolean {
  return (
    matchesPrincipal(statement, request.servicePrincipal) &&
    matchesElement(statement.Action, statement.NotAction, request.action.toLowerCase(), true) &&
    matchesElement(statement.Resource, statement.NotResource, request.resource, false) &&
    matchesConditions(statement.Condition, request.context)
  );
}

function matchesPrincipal(statement: Record<string, unknown>, service: string): boolean {
  const { Principal: principal, NotPrincipal: notPrincipal } = statement;
  if (principal !== undefined) {
    return names(principal, service);
  }
  return notPrincipal !== undefined && !names(notPrincipal, service);
}

function names(principal: unknown, service: string): boolean {
  if (principal === "*") {
    return true;
  }
  if (!isObject(principal)) {
    return false;
  }
  return listOf(principal.AWS).includes("*") || listOf(principal.Service).includes(service);
}

function matchesElement(element: unknown, negated: unknown, text: string, lowerCase: boolean): boolean {
  const any = (patterns: unknown) =>
    listOf(patterns).some(
      (pattern) => typeof pattern === "string" && matchesPattern(lowerCase ? pattern.toLowerCase() : pattern, text),
    );
  if (element !== undefined) {
    return any(element);
  }
  return negated !== undefined && !any(negated);
}

function matchesConditions(conditions: unknown, context: Readonly<Record<string, string>>): boolean {
  if (conditions === undefined) {
    return true;
  }
  if (!isObject(conditions)) {
    return false;
  }
  return Object.entries(conditions).every(
    ([operator, keys]) =>
      isObject(keys) &&
      Object.entries(keys).every(([key, expected]) =>
        matchesCondition(operator, listOf(expected).map(String), context[key.toLowerCase()]),
      ),
  );
}
