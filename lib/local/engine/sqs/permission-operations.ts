import { invalidParameter, invalidParameterValue, overLimit } from "./errors.ts";
import { required } from "./input.ts";
import { MAXIMUM_PERMISSION_ACTIONS, MAXIMUM_POLICY_STATEMENTS } from "./limits.ts";
import type { Handler } from "./operations.ts";
import { policyDocument, statementsOf } from "./policy.ts";
import type { Queue } from "./queue.ts";
import type { SqsState } from "./state.ts";

/** The actions that AddPermission can grant ("AddPermission" of the API reference). */
const GRANTABLE = [
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
];

export const addPermission: Handler<SqsState, "AddPermission"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const label = required("Label", input.Label);
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) {
    throw invalidParameter(
      "Label",
      label,
      "It can hold alphanumeric characters, hyphens and underscores, 1 to 80 of them.",
    );
  }
  const accounts = required("AWSAccountIds", input.AWSAccountIds);
  const actions = required("Actions", input.Actions);
  checkGrant(accounts, actions);
  const statements = statementsOf(queue.attributes.Policy);
  if (statements.some((statement) => statement.Sid === label)) {
    throw invalidParameter("Label", label, "Already exists.");
  }
  if (statements.length >= MAXIMUM_POLICY_STATEMENTS) {
    throw overLimit(`${statements.length} statements were found, maximum allowed is ${MAXIMUM_POLICY_STATEMENTS}.`);
  }
  const principals = accounts.map((account) => `arn:aws:iam::${account}:root`);
  const granted = actions.map((action) => `SQS:${action}`);
  setStatements(state, queue, [
    ...statements,
    {
      Sid: label,
      Effect: "Allow",
      Principal: { AWS: single(principals) },
      Action: single(granted),
      Resource: queue.arn,
    },
  ]);
  return {};
};

export const removePermission: Handler<SqsState, "RemovePermission"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const label = required("Label", input.Label);
  const statements = statementsOf(queue.attributes.Policy);
  const rest = statements.filter((statement) => statement.Sid !== label);
  if (rest.length === statements.length) {
    throw invalidParameter("Label", label, "can't find label.");
  }
  setStatements(state, queue, rest);
  return {};
};

function checkGrant(accounts: readonly string[], actions: readonly string[]): void {
  if (accounts.length === 0 || accounts.some((account) => !/^\d{12}$/.test(account))) {
    throw invalidParameter(
      "PrincipalId",
      `[${accounts.join(", ")}]`,
      "Unable to verify: every entry must be an account id of 12 digits.",
    );
  }
  if (actions.length === 0) {
    throw invalidParameterValue("The request must name at least one action.");
  }
  if (actions.length > MAXIMUM_PERMISSION_ACTIONS) {
    throw overLimit(`${actions.length} actions were found, maximum allowed is ${MAXIMUM_PERMISSION_ACTIONS}.`);
  }
  const unknown = actions.find((action) => !GRANTABLE.includes(action));
  if (unknown !== undefined) {
    throw invalidParameter(
      "ActionName",
      `SQS:${unknown}`,
      `Please refer to the appropriate WSDL for a list of valid actions: ${GRANTABLE.join(", ")}.`,
    );
  }
}

/** One value stands alone, as the service writes it. */
function single(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

function setStatements(state: SqsState, queue: Queue, statements: readonly Record<string, unknown>[]): void {
  const { Policy: existing, ...others } = queue.attributes;
  const policy = {
    Version: "2008-10-17",
    Id: `${queue.arn}/SQSDefaultPolicy`,
    // What an existing policy says of itself stays.
    ...policyDocument(existing),
    Statement: statements,
  };
  queue.setAttributes(statements.length === 0 ? others : { ...others, Policy: JSON.stringify(policy) }, state.now());
}
