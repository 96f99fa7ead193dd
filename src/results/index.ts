export type { AttentionMap, EvaluatedClip, EvaluationResult, RobustnessCurve, TrainingHistory } from './types.js';
