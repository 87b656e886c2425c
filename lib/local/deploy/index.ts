export type { AssemblyStack } from "./assembly.ts";
export { readAssembly } from "./assembly.ts";
export { deploy } from "./deployer.ts";
export type { DeployedFunction, DeployedMapping, DeployedResource } from "./deployment.ts";
export { Deployment } from "./deployment.ts";
export { removeObsolete } from "./removal.ts";
