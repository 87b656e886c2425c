import { Aspects, type CfnResource, type IAspect, Lazy } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { BundleSettings } from "./bundle-entry.ts";
import { type BundleRequest, Bundler } from "./bundler.ts";

/** Aspects that add or change constructs have this priority in CDK (AspectPriority.MUTATING). */
const MUTATING = 200;

/** Code of a function that is bundled at synthesis, together with all other code of this kind in the app. */
export class BundledCode extends lambda.Code {
  private readonly entry: string;
  private readonly settings: BundleSettings;
  private request: BundleRequest | undefined;

  /** @param entry absolute path */
  constructor(entry: string, settings: BundleSettings) {
    super();
    this.entry = entry;
    this.settings = settings;
  }

  override bind(scope: Construct): lambda.CodeConfig {
    const bundler = Bundler.of(scope);
    const request: BundleRequest = { scope, entry: this.entry, settings: this.settings };
    this.request = request;
    bundler.add(request);
    // Assets are constructs, and none may be created any more when a template is written: an aspect runs before that.
    const aspect: IAspect = {
      visit: (node) => {
        if (node === scope) bundler.assetOf(request);
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
    if (this.request === undefined) throw new TypeError("bindToResource() was called before bind()");
    this.request.resource = resource;
  }
}
