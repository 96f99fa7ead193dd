export type { CardDataset, ModelCardFacts } from './facts.js';
export { modelCard, saveModelCard } from './modelCard.js';
