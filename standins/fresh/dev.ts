/** The build's side of the framework; nothing of it is loaded by a built app. */
export { Builder } from "./dev/builder.ts";
export type { BuildOptions, FreshBuildConfig, ResolvedBuildConfig } from "./dev/config.ts";
export type {
  OnTransformArgs,
  OnTransformOptions,
  OnTransformResult,
  TransformFn,
  TransformMode,
} from "./dev/transforms.ts";
