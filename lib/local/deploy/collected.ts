import type { Rule, Schedule } from "../events/index.ts";
import { type AsyncConfiguration, type FunctionConfiguration, functionNameOf } from "../lambda/index.ts";
import type { PipeConfiguration } from "../pipes/index.ts";
import type { DeployedFunction, DeployedMapping, DeployedResource, DeployedStreamMapping } from "./deployment.ts";
import type { ResourceResult } from "./resources/index.ts";

/** What deployed resources bring for others to run, gathered while they are made. */
export class Collected {
  readonly functions: DeployedFunction[] = [];
  readonly mappings: DeployedMapping[] = [];
  readonly streamMappings: DeployedStreamMapping[] = [];
  readonly asyncConfigurations: AsyncConfiguration[] = [];
  readonly pipes: PipeConfiguration[] = [];
  readonly rules: Rule[] = [];
  readonly schedules: Schedule[] = [];
  /** Folders of layers, by their ARNs. */
  readonly layers = new Map<string, string>();

  /** The configuration of a function, by its ARN or name. */
  configurationOf(reference: string): FunctionConfiguration | undefined {
    const name = functionNameOf(reference);
    return this.functions.find(({ configuration }) => configuration.functionName === name)?.configuration;
  }

  /** @param internal the function serves a custom resource of the CDK */
  add(resource: DeployedResource, result: ResourceResult, internal: boolean): void {
    const { functionConfiguration, mapping, streamMapping, layerDirectory } = result;
    if (functionConfiguration !== undefined) {
      this.functions.push({ resource, configuration: functionConfiguration, internal });
    }
    if (mapping !== undefined) {
      this.mappings.push({ resource, configuration: mapping });
    }
    if (streamMapping !== undefined) {
      this.streamMappings.push({ resource, configuration: streamMapping });
    }
    if (layerDirectory !== undefined) {
      this.layers.set(result.physicalId, layerDirectory);
    }
    this.asyncConfigurations.push(...present(result.asyncConfiguration));
    this.pipes.push(...present(result.pipe));
    this.rules.push(...present(result.rule));
    this.schedules.push(...present(result.schedule));
  }
}

function present<Value>(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : [value];
}
