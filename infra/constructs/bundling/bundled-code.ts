import { Aspects, type CfnResource, type IAspect, Lazy } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct, IConstruct } from "constructs";
import { type BundleRequest, Bundler, bundlingError } from "./bundler.ts";
import type { BundlingOptions } from "./bundling-options.ts";
import { conditionsOf } from "./conditions.ts";

/** The priority of aspects that add or change constructs in CDK (AspectPriority.MUTATING). */
const MUTATING = 200;

/** What {@link BundledCode} takes. */
export interface BundledCodeProps {
  /** Absolute path of the source file. */
  readonly entry: string;
  /** Name of the export that Lambda calls. */
  readonly handler: string;
  readonly options: BundlingOptions;
  /** The esbuild target: `node24`. */
  readonly target: string;
  /** Returns the events that reach the function; called at synthesis, when all of its queues are known. */
  readonly events: (fn: IConstruct) => readonly string[];
  /** Whether SNS invokes the function; called at synthesis. */
  readonly pushed: (fn: IConstruct) => boolean;
  /** Called at synthesis with the folder of the bundle. */
  readonly onBundled: (fn: IConstruct, folder: string) => void;
  /** Returns further expressions to replace; called at synthesis, when all queues of the function are known. */
  readonly replacements: (fn: IConstruct) => Readonly<Record<string, string>>;
}

/** Code of a function that is bundled at synthesis, together with all other code of this kind in the app. */
export class BundledCode extends lambda.Code {
  private readonly props: BundledCodeProps;
  private request: BundleRequest | undefined;

  constructor(props: BundledCodeProps) {
    super();
    this.props = props;
  }

  override bind(scope: Construct): lambda.CodeConfig {
    const { entry, handler, events, pushed, onBundled, options, target, replacements } = this.props;
    const bundler = Bundler.of(scope);
    const request: BundleRequest = {
      scope,
      handler,
      error: bundlingError(scope),
      events: () => events(scope),
      pushed: () => pushed(scope),
      onBundled: (folder) => onBundled(scope, folder),
      job: () => ({
        entry,
        settings: {
          ...options,
          target,
          conditions: options.conditions ?? conditionsOf(process.execArgv, process.env.NODE_OPTIONS),
          define: { ...replacements(scope), ...options.define },
        },
      }),
    };
    this.request = request;
    bundler.add(request);
    // Assets are constructs, and no construct can be added once a template is being written. Aspects run before that.
    const aspect: IAspect = {
      visit: (node) => {
        if (node === scope) {
          bundler.assetOf(request);
        }
      },
    };
    Aspects.of(scope).add(aspect, { priority: MUTATING });
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => bundler.assetOf(request).s3BucketName }),
        objectKey: Lazy.string({ produce: () => bundler.assetOf(request).s3ObjectKey }),
      },
    };
  }

  override bindToResource(resource: CfnResource): void {
    if (this.request === undefined) {
      throw new TypeError("bindToResource() was called before bind()");
    }
    this.request.resource = resource;
  }
}
