import type { JsonObject } from "../../std/index.ts";
import { withLocalAddresses } from "../apis/index.ts";
import type { ClientPool } from "../clients/index.ts";
import { canonicalJson, describeError, LocalError, type Place } from "../common/index.ts";
import type { CustomResources } from "../custom-resources/index.ts";
import { apisOf } from "./apis.ts";
import type { AssemblyStack } from "./assembly.ts";
import { Collected } from "./collected.ts";
import { DeployedValues } from "./deployed-values.ts";
import { type DeployedResource, Deployment } from "./deployment.ts";
import { type DynamicService, parameterName, resolveDynamicReferences } from "./dynamic-references.ts";
import { runInOrder } from "./graph.ts";
import { resolveObject } from "./intrinsics.ts";
import { LeftOutList } from "./left-out.ts";
import { leaveOutResource, makeResource } from "./make-resource.ts";
import { physicalName } from "./names.ts";
import { placeholderImport, placeholderSecret } from "./placeholders/index.ts";
import { makePlan, type PlannedResource } from "./plan.ts";
import { PropertyReader } from "./properties.ts";
import { type ResourceRequest, type ResourceResult, type ResourceType, resourceTypeOf } from "./resources/index.ts";

/** Options of {@link deploy}. */
export interface DeployOptions {
  readonly stacks: readonly AssemblyStack[];
  readonly pool: ClientPool;
  /** Where stacks go that name no region or account themselves. */
  readonly place: Place;
  /** Values of the templates' parameters; defaults otherwise. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** `undefined` where the services are not this runtime's own: no custom resource's function is called, and nothing stands in for other apps. */
  readonly customResources?: CustomResources | undefined;
  /** What an earlier call made: it is updated. */
  readonly previous?: Deployment | undefined;
}

/**
 * Creates what the templates declare through the AWS APIs, each resource as soon as what it refers to is there. Deploying
 * again updates what has changed; what is no longer declared is listed in `obsolete` and stays until `removeObsolete`, so
 * that those who use it can stop first.
 *
 * @throws LocalError `TemplateInvalid`, `TemplateUnsupported` before anything is made where that can be known; `DeployFailed`
 *   with the resource's name when a service refuses.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  return new Deployer(options).run();
}

class Deployer {
  readonly #options: DeployOptions;
  readonly #values: DeployedValues;
  readonly #collected = new Collected();
  readonly #leftOut = new LeftOutList();
  readonly #before: ReadonlyMap<string, DeployedResource>;

  constructor(options: DeployOptions) {
    this.#options = options;
    this.#values = new DeployedValues(options.stacks, this.#leftOut, options.pool.endpoint);
    this.#before = new Map((options.previous?.resources ?? []).map((resource) => [keyOf(resource), resource]));
  }

  async run(): Promise<Deployment> {
    const { stacks, parameters = {} } = this.#options;
    const plan = makePlan(stacks, {
      placeOf: (stack) => this.#placeOf(stack),
      knownOf: (stack) => this.#values.knownOf(stack),
      parameters,
    });
    this.#values.setScopes(plan.scopes);
    await runInOrder(plan.graph, async (key) => {
      const planned = plan.resources.get(key);
      if (planned !== undefined) {
        await this.#deploy(planned);
      }
    });
    const resources = [...plan.resources.keys()].flatMap((key) => this.#values.get(key) ?? []);
    const obsolete = [...this.#before.values()].filter(
      (before) => this.#values.get(keyOf(before))?.physicalId !== before.physicalId,
    );
    const outputs = this.#values.outputs();
    return new Deployment({
      resources,
      ...this.#collected,
      apis: apisOf(resources, this.#leftOut),
      outputs,
      metadata: this.#options.stacks.map(({ template }) => template.metadata),
      leftOut: this.#leftOut.entries,
      obsolete,
    });
  }

  async #deploy(planned: PlannedResource): Promise<void> {
    const { key, logicalId, stack, place, resource } = planned;
    const title = `${stack.name}/${logicalId} (${resource.type})`;
    const resourceType = this.#typeOf(planned);
    try {
      const properties = new PropertyReader(this.#resolve(planned), title);
      const earlier = this.#before.get(key);
      const previous = earlier?.type === resource.type ? earlier : undefined;
      const request = this.#request(planned, title, properties, previous);
      const unchanged =
        previous !== undefined && canonicalJson(previous.properties.values) === canonicalJson(properties.values);
      const result =
        resourceType === undefined
          ? leaveOutResource(request)
          : unchanged && previous.treatment === "created" && !isLocal(resource.type)
            ? previous
            : await makeResource(resourceType, request);
      const deployed: DeployedResource = {
        stackId: stack.id,
        stackName: stack.name,
        logicalId,
        type: resource.type,
        physicalId: result.physicalId,
        attributes: result.attributes,
        arn: arnOf(result),
        path: resource.path ?? stack.paths.get(logicalId),
        treatment: "isPlaceholder" in result ? "unsupported" : (resourceType?.treatment ?? "unsupported"),
        change: previous?.physicalId !== result.physicalId ? "created" : unchanged ? "unchanged" : "updated",
        retained: resource.deletionPolicy?.startsWith("Retain") === true,
        place,
        properties,
      };
      this.#values.add(key, deployed);
      this.#collected.add(deployed, result, planned.servesCustomResource);
    } catch (error) {
      throw this.#failure(title, error);
    }
  }

  /** Properties of what is not made here need not be complete: they may use functions that only CloudFormation has. */
  #resolve({ resource, scope }: PlannedResource): JsonObject {
    const isCreated = this.#typeOf({ resource })?.treatment === "created";
    try {
      const resolved = resolveDynamicReferences(resolveObject(resource.properties, scope), (service, reference) =>
        this.#dynamicValue(service, reference),
      );
      return withLocalAddresses(resolved, this.#options.pool.endpoint, (id) => this.#values.isApi(id));
    } catch (error) {
      if (isCreated || !(error instanceof LocalError)) {
        throw error;
      }
      return {};
    }
  }

  #typeOf({ resource: { type, properties } }: Pick<PlannedResource, "resource">): ResourceType | undefined {
    return resourceTypeOf(type, JSON.stringify(properties.ServiceToken ?? ""));
  }

  #dynamicValue(service: DynamicService, reference: string): string {
    if (service === "secretsmanager") {
      this.#leftOut.add(
        "Secrets in dynamic references",
        "placeholders stand for their values",
        reference.split(":SecretString")[0] ?? "",
      );
      return placeholderSecret(reference);
    }
    const name = parameterName(reference);
    const value = this.#values.ssmParameter(name);
    if (value === undefined) {
      this.#leftOut.add("Parameters of Systems Manager", "placeholders stand for their values", name);
    }
    return String(value ?? placeholderImport(name));
  }

  #request(
    { stack, logicalId, resource, place, servesCustomResource }: PlannedResource,
    title: string,
    properties: PropertyReader,
    previous: DeployedResource | undefined,
  ): ResourceRequest {
    const { pool, customResources } = this.#options;
    return {
      stackName: stack.name,
      logicalId,
      type: resource.type,
      title,
      place,
      properties,
      previous,
      endpoint: pool.endpoint,
      isEmbedded: customResources !== undefined,
      clients: pool.for(place),
      // A placeholder in place of an ARN has no Region.
      clientsOf: (other) => pool.for(other.region === "" ? place : other),
      customResources,
      knowsFunction: (reference) =>
        customResources?.knows(reference, (other) => this.#collected.configurationOf(other)) === true,
      isNestedStack: this.#options.stacks.some(
        ({ nestedIn }) => nestedIn?.parentId === stack.id && nestedIn.logicalId === logicalId,
      ),
      asset: (objectKey) => stack.assets.get(objectKey),
      physicalName: (nameProperty, rule) => properties.text(nameProperty) ?? physicalName(stack.name, logicalId, rule),
      layerDirectory: (layerVersionArn) => this.#collected.layers.get(layerVersionArn),
      // The functions of CDK's own custom resources never run here, so that nothing about them matters.
      leaveOut: (what, meaning) => {
        if (!servesCustomResource) {
          this.#leftOut.add(what, meaning, `${stack.name}/${logicalId}`);
        }
      },
    };
  }

  #placeOf(stack: AssemblyStack): Place {
    const { place } = this.#options;
    return { region: stack.region ?? place.region, accountId: stack.accountId ?? place.accountId };
  }

  #failure(title: string, error: unknown): LocalError {
    if (error instanceof LocalError) {
      return error.message.includes(title)
        ? error
        : new LocalError(error.code, `${title}: ${error.message}`, { cause: error });
    }
    return new LocalError("DeployFailed", `${title} could not be deployed: ${describeError(error)}`, { cause: error });
  }
}

/** Functions and mappings are made in this process: what they are made of may have changed even if the template has not. */
function isLocal(type: string): boolean {
  return type === "AWS::Lambda::Function" || type === "AWS::Lambda::EventSourceMapping";
}

function arnOf({ physicalId, attributes }: Pick<ResourceResult, "physicalId" | "attributes">): string | undefined {
  const { Arn } = attributes;
  return typeof Arn === "string" ? Arn : physicalId.startsWith("arn:") ? physicalId : undefined;
}

function keyOf({ stackName, logicalId }: Pick<DeployedResource, "stackName" | "logicalId">): string {
  return `${stackName}/${logicalId}`;
}
