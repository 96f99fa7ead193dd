import * as v from 'valibot';
import { platform } from '#platform';
import { EvaluationError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';
import { withText } from './formatEvaluation.js';
import type { EvaluationResult } from './types.js';

const FORMAT = 'ast-ts evaluation';
const FORMAT_VERSION = 1;

/** A number, or null in the place of one that is none: JSON has no NaN. */
const numberOrNaN = v.pipe(
  v.union([v.number(), v.null(), v.nan()], 'Expected a number or null'),
  v.transform((value) => value ?? Number.NaN),
);
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const score = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const attention = v.looseObject({
  method: v.picklist(['rollout', 'last-block', 'relevance']),
  frequencies: count,
  times: count,
  weights: v.array(v.number()),
});
const clip = v.looseObject({
  id: v.string(),
  label: index,
  classes: v.optional(v.array(index)),
  logits: v.array(v.number()),
  scores: v.array(score),
  prediction: index,
  loss: numberOrNaN,
  source: v.optional(v.string()),
  attention: v.optional(attention),
});
const training = v.looseObject({
  steps: v.array(
    v.looseObject({
      step: index,
      epoch: v.number(),
      loss: numberOrNaN,
      learningRate: numberOrNaN,
      gradNorm: v.optional(numberOrNaN),
    }),
  ),
  evaluations: v.array(v.looseObject({ step: index, epoch: v.number(), loss: numberOrNaN, accuracy: numberOrNaN })),
});
const recognition = { accuracy: numberOrNaN, recall: v.array(numberOrNaN) };
const robustness = v.looseObject({
  kind: v.string(),
  unit: v.string(),
  clean: v.optional(v.looseObject(recognition)),
  points: v.array(v.looseObject({ severity: v.number(), ...recognition })),
});
/** Keys that this version does not know stay: a later one may have added them. */
const schema = v.looseObject({
  format: v.literal(FORMAT),
  formatVersion: v.literal(FORMAT_VERSION),
  name: v.string(),
  dataset: v.looseObject({ name: v.string(), sampleRate: v.number() }),
  labels: v.pipe(v.array(v.string()), v.minLength(1)),
  problemType: v.picklist(['single_label_classification', 'multi_label_classification']),
  clips: v.pipe(v.array(clip), v.minLength(1)),
  skipped: v.array(v.looseObject({ id: v.string(), reason: v.string() })),
  timings: v.looseObject({ total: v.number() }),
  versions: v.record(v.string(), v.string()),
  settings: v.record(v.string(), v.unknown()),
  date: v.string(),
  training: v.optional(training),
  robustness: v.optional(v.array(robustness)),
});

/**
 * Reads an evaluation from JSON, as `JSON.stringify(result)` or {@link saveEvaluation} wrote it: for pages, which have no files.
 *
 * @param json the text, or what JSON.parse made of it
 * @param name what errors call it
 * @throws {EvaluationError} when it is no evaluation, one of a newer version, or damaged; names the key
 * @example
 * ```ts
 * const result = parseEvaluation(await (await fetch('evaluation.json')).text());
 * ```
 */
export function parseEvaluation(json: unknown, name = 'The JSON'): EvaluationResult {
  const given = typeof json === 'string' ? parseJson(json, name) : json;
  checkFormat(given, name);
  const parsed = v.safeParse(schema, given, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw damaged(
      name,
      v.getDotPath(issue) ?? '(top)',
      `expected ${issue.expected ?? 'another value'}`,
      issue.received,
    );
  }
  checkClips(parsed.output, name);
  return withText(parsed.output);
}

/**
 * Writes an evaluation to a file of JSON, whole or not at all; a clip a line (Node). Numbers that are none become null.
 *
 * @throws {Error} in a browser, which has no files: use `JSON.stringify(result)`
 * @example
 * ```ts
 * await saveEvaluation(await evaluateModel(model, dataset), 'runs/ast/evaluation.json');
 * ```
 */
export async function saveEvaluation(result: EvaluationResult, path: string): Promise<void> {
  await requireFiles('saveEvaluation', 'JSON.stringify(result)').writeFile(path, linesOf(result));
}

/**
 * Reads an evaluation that {@link saveEvaluation} wrote (Node).
 *
 * @throws {EvaluationError} when there is no such file, it is no evaluation, one of a newer version, or damaged
 * @throws {Error} in a browser, which has no files: use {@link parseEvaluation}
 * @example
 * ```ts
 * console.log(String(await loadEvaluation('runs/ast/evaluation.json')));
 * ```
 */
export async function loadEvaluation(path: string): Promise<EvaluationResult> {
  const files = requireFiles('loadEvaluation', 'parseEvaluation(json)');
  const found = await files.stat(path);
  if (found?.kind !== 'file')
    throw new EvaluationError(`${path} is ${found ? 'a directory' : 'not there'}; expected a file of saveEvaluation.`);
  return parseEvaluation(new TextDecoder().decode(await files.readFile(path)), path);
}

function requireFiles(caller: string, instead: string): FileSystem {
  if (!platform.files) throw new Error(`${caller} needs files, and a browser has none; use ${instead}.`);
  return platform.files;
}

function* linesOf({ clips, ...rest }: EvaluationResult): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"clips":[\n`;
  for (const [i, clip] of clips.entries()) yield `${i > 0 ? ',\n' : ''}${JSON.stringify(clip)}`;
  yield '\n]}\n';
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EvaluationError(`${name} is no JSON, or cut short: ${(cause as Error).message}.`, { cause });
  }
}

function checkFormat(given: unknown, name: string): void {
  const { format, formatVersion } = (given ?? {}) as { format?: unknown; formatVersion?: unknown };
  if (format !== FORMAT)
    throw new EvaluationError(
      `${name} is no evaluation: expected "format": "${FORMAT}", as saveEvaluation writes it, got ${JSON.stringify(format)}.`,
    );
  if (typeof formatVersion === 'number' && formatVersion > FORMAT_VERSION)
    throw new EvaluationError(
      `${name} was written by a newer version of ast-ts: it has format ${formatVersion}, and this version reads up to ` +
        `${FORMAT_VERSION}. Update ast-ts.`,
    );
}

/** What the schema cannot say: numbers that must fit together. */
function checkClips({ labels, clips, robustness }: EvaluationResult, name: string): void {
  for (const [i, { label, classes = [], prediction, logits, scores, attention }] of clips.entries()) {
    const at = `clips.${i}`;
    for (const [key, values] of Object.entries({ logits, scores }))
      if (values.length !== labels.length)
        throw damaged(name, `${at}.${key}`, `expected ${labels.length} numbers, one for each label`, values.length);
    const unknown = [label, prediction, ...classes].find((each) => each >= labels.length);
    if (unknown !== undefined) throw damaged(name, at, `expected classes below ${labels.length}`, unknown);
    if (attention && attention.weights.length !== attention.frequencies * attention.times)
      throw damaged(
        name,
        `${at}.attention.weights`,
        `expected ${attention.frequencies} x ${attention.times} numbers`,
        attention.weights.length,
      );
  }
  for (const [i, { points }] of (robustness ?? []).entries())
    for (const { recall } of points)
      if (recall.length !== labels.length)
        throw damaged(name, `robustness.${i}.points`, `expected ${labels.length} recalls`, recall.length);
}

const damaged = (name: string, key: string, expected: string, got: unknown): EvaluationError =>
  new EvaluationError(`${name} is damaged: key '${key}': ${expected}, got ${got}. Evaluate the model again.`);
