export { type DeletionCurve, type DeletionOptions, deletionCurve } from './deletionCurve.js';
export { type ExplainOptions, explain, explainer } from './explain.js';
export { gradientRelevance } from './gradientRelevance.js';
export type { HiddenFill } from './hidePatches.js';
export type { ScoreOptions } from './labelScores.js';
export type { Label } from './labels.js';
export { lastBlockAttention } from './lastBlock.js';
export { type OcclusionMap, type OcclusionOptions, occlusionMap, type PatchMap, type PatchSteps } from './occlusion.js';
export { attentionRollout } from './rollout.js';
