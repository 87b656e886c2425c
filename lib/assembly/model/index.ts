export { AssemblyModel } from "./assembly-model.ts";
export {
  type ConsumerSettings,
  consumerSettingsOf,
  environmentOf,
  type Mapping,
  mappingsOf,
  publishersOf,
  type Subscription,
  subscriptionsOf,
} from "./functions.ts";
export type { AssemblyResource, TemplateSource } from "./resource.ts";
