export { AssemblyModel } from "./assembly-model.ts";
export { consumerSettingsOf, type Mapping, mappingsOf, publishersOf, subscriptionsOf } from "./functions.ts";
export type { AssemblyResource, TemplateSource } from "./resource.ts";
