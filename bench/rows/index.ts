import { clip } from './clip.js';
import { features } from './features.js';
import { forward } from './forward.js';
import { growth } from './growth.js';
import { page } from './page.js';
import { matrixProducts } from './products.js';
import type { Group } from './row.js';
import { training } from './training.js';

export const groups: readonly Group[] = [features, forward, clip, training, matrixProducts, growth, page];
