import { isJsonObject, type JsonObject, matchesPattern } from "../../std/index.ts";

/** A value or a list of values, as policies have them. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** The services that any statement of a policy allows one of these actions. Denials and conditions are not weighed. */
export function servicesAllowed(policy: JsonObject | undefined, action: string): readonly string[] {
  return listOf(policy?.Statement)
    .filter(isJsonObject)
    .filter(({ Effect, Action }) => Effect === "Allow" && covers(Action, action))
    .flatMap(({ Principal }) => (isJsonObject(Principal) ? listOf(Principal.Service) : []))
    .map(String);
}

/** Whether any statement of a policy lets a service call an action. Denials and conditions are not weighed. */
export function letsService(policy: JsonObject, service: string, action: string): boolean {
  return listOf(policy.Statement)
    .filter(isJsonObject)
    .some(
      ({ Effect, Action, Principal }) =>
        Effect === "Allow" && covers(Action, action) && principals(Principal).some((each) => isService(each, service)),
    );
}

function principals(principal: unknown): readonly string[] {
  return (
    isJsonObject(principal)
      ? [...listOf(principal.Service), ...listOf(principal.AWS).filter((each) => each === "*")]
      : [principal]
  ).map(String);
}

/** SNS sends between Regions as `sns.<region>.amazonaws.com`. */
function isService(principal: string, service: string): boolean {
  const [name = ""] = service.split(".");
  return principal === "*" || (principal.startsWith(`${name}.`) && /\.amazonaws\.com(?:\.cn)?$/.test(principal));
}

/** Names of actions are compared whatever their case (IAM User Guide, "Action"). */
function covers(actions: unknown, wanted: string): boolean {
  return listOf(actions).some((action) => matchesPattern(String(action).toLowerCase(), wanted.toLowerCase()));
}
