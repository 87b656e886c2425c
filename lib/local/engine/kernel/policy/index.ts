export { type PolicyDocument, parsePolicy, permissionStatement, writePolicy } from "./document.ts";
export { decideAccess, denialReason, evaluatePolicy, type PolicyDecision, type Requester } from "./evaluate.ts";
