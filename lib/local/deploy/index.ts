export { type AssemblyStack, readAssembly } from "./assembly.ts";
export { deploy } from "./deployer.ts";
export {
  type DeployedFunction,
  type DeployedMapping,
  type DeployedResource,
  type DeployedStreamMapping,
  Deployment,
} from "./deployment.ts";
export { removeObsolete } from "./removal.ts";
export { readTemplate } from "./template.ts";
