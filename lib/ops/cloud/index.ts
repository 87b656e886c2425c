/** The services that operators' tools call: AWS, or any endpoint that speaks its protocols. */
export { type OperatorClients as Cloud, type OperatorPlace, operatorClients as connect } from "../../aws/index.ts";
export { isDenied, unlessAbsent } from "./absent.ts";
export { mapLimited } from "./map-limited.ts";
