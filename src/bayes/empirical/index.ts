export type { Examples, TangentSizes } from "./gradient-rows.ts";
export { type JacobianOptions, type MeasuredJacobian, measureJacobian } from "./jacobian.ts";
export {
  type TangentModel,
  type TangentNames,
  type TangentParameter,
  type TangentParametrization,
  tangentModelOf,
  tangentModelOfNetwork,
} from "./model.ts";
export { planTangentKernel, type TangentForm, type TangentPlan } from "./plan.ts";
export { type MeasuredTangentKernel, measureTangentKernel, type TangentOptions } from "./tangent-kernel.ts";
