/** The contracts of what runs and of modules, and events checked by them. */
export { checkEvent, contractsInFile } from "./check-event.ts";
export { contractsOf } from "./load-contract.ts";
