import { isBlockWeight, loraNames, parameterShapes } from '../parameters.js';
import type { AdaptableModel } from './adaptableModel.js';

/** Settings of a low-rank adapter: PEFT's `LoraConfig` in short, with its defaults. */
export interface LoraConfig {
  /** Rank of the low-rank products (PEFT: `r`), 1 or more. Default 8. */
  readonly rank: number;
  /** The products are scaled by alpha / rank (PEFT: `lora_alpha`), positive. Default 8. */
  readonly alpha: number;
  /** Dropout on what goes into the products, in training (PEFT: `lora_dropout`), [0, 1). Default 0. */
  readonly dropout: number;
  /**
   * Linear layers of the blocks that get one, by name or the end of it (PEFT: `target_modules`): query, key, value,
   * attention.output.dense, intermediate.dense, output.dense. Default query and value, as in the paper.
   */
  readonly targets: readonly string[];
  /** Parts that are trained and saved as a whole, by name or the end of it (PEFT: `modules_to_save`). Default the head, `classifier`. */
  readonly modulesToSave: readonly string[];
}

/** Fills in defaults. Throws a RangeError that names the setting. */
export function completeLoraConfig({
  rank = 8,
  alpha = 8,
  dropout = 0,
  targets = ['query', 'value'],
  modulesToSave = ['classifier'],
}: Partial<LoraConfig>): LoraConfig {
  const expectSetting = (holds: boolean, name: string, expected: string, got: unknown): void => {
    if (!holds) throw new RangeError(`LoRA, ${name}: expected ${expected}, got ${got}.`);
  };
  expectSetting(Number.isSafeInteger(rank) && rank >= 1, 'rank', 'an integer of 1 or more', rank);
  expectSetting(alpha > 0 && alpha < Number.POSITIVE_INFINITY, 'alpha', 'a positive number', alpha);
  expectSetting(dropout >= 0 && dropout < 1, 'dropout', 'a number in [0, 1)', dropout);
  expectSetting(targets.length > 0, 'targets', 'one or more layers', 'none');
  return { rank, alpha, dropout, targets: [...targets], modulesToSave: [...modulesToSave] };
}

/** As PEFT matches: the whole name of a module, or whole parts at its end. */
const isNamed = (module: string, names: readonly string[]): boolean =>
  names.some((name) => module === name || module.endsWith(`.${name}`));

/** `a.b.c` -> `a`, `a.b`, `a.b.c` */
const modulesAround = (module: string): string[] =>
  module.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'));

/**
 * The parameters of an adapter, name to shape: low-rank matrices of the targets, then what is saved as a whole.
 *
 * @throws {RangeError} when a target or a module is not in the model; the message lists what is
 */
export function adapterShapes(
  model: Pick<AdaptableModel, 'config' | 'labels'>,
  { rank, targets, modulesToSave }: LoraConfig,
): Map<string, number[]> {
  const own = parameterShapes(model.config, model.labels.length);
  const isSaved = (module: string): boolean => modulesAround(module).some((around) => isNamed(around, modulesToSave));
  const layers = [...own.keys()].filter(isBlockWeight).map(moduleOf);
  // One that is saved as a whole needs no low-rank product beside it.
  const targeted = layers.filter((layer) => isNamed(layer, targets) && !isSaved(layer));
  const modules = [...new Set([...own.keys()].flatMap((name) => modulesAround(moduleOf(name))))];
  expectKnown('targets', targets, layers, layers.map(inBlock));
  expectKnown(
    'modulesToSave',
    modulesToSave,
    modules,
    modules.filter((module) => !/\.encoder(\.|$)/.test(module)),
  );

  const shapes = new Map<string, number[]>();
  for (const layer of targeted) {
    const [out, input] = own.get(`${layer}.weight`) as [number, number];
    const [a, b] = loraNames(layer);
    shapes.set(a, [rank, input]);
    shapes.set(b, [out, rank]);
  }
  for (const [name, shape] of own) if (isSaved(moduleOf(name))) shapes.set(name, shape);
  return shapes;
}

const moduleOf = (parameter: string): string => parameter.slice(0, parameter.lastIndexOf('.'));
const inBlock = (layer: string): string => layer.replace(/^.*\.layer\.\d+\.(attention\.attention\.)?/, '');

function expectKnown(
  setting: string,
  names: readonly string[],
  modules: readonly string[],
  shown: readonly string[],
): void {
  const unknown = names.find((name) => !modules.some((module) => isNamed(module, [name])));
  if (unknown !== undefined)
    throw new RangeError(`LoRA, ${setting}: the model has no '${unknown}'; it has ${[...new Set(shown)].join(', ')}.`);
}
