export {
  ADVERSARIAL_OPTIMIZER,
  type AdversarialOptions,
  type AdversarialTrainer,
  createAdversarialTrainer,
} from "./adversarial.ts";
export type { AdversarialRecord } from "./adversarial-run.ts";
export type { AdversarialModels } from "./adversarial-step.ts";
export type { TrainingData } from "./batches.ts";
export type { Checkpoint } from "./checkpoint.ts";
export type { Evaluation } from "./evaluate.ts";
export { fuseUpdates } from "./fuse.ts";
export { inlineGraph } from "./inline.ts";
export type { LossKind } from "./loss.ts";
export {
  type AdamSpec,
  type Optimizer,
  type OptimizerSpec,
  resolveOptimizer,
  type SgdSpec,
  scalarsAt,
} from "./optimizers.ts";
export { type ScanNames, type ScanState, scanBytes } from "./scan.ts";
export { rateAt, resolveSchedule, type Schedule } from "./schedule.ts";
export type { NamedTensors, TrainableModel } from "./step.ts";
export { createTrainer, type Trainer, type TrainerOptions, type TrainingRecord } from "./trainer.ts";
