import * as v from 'valibot';
import { CheckpointError } from '../../errors.js';
import { completeLoraConfig, type LoraConfig } from './loraConfig.js';

const names = v.array(v.string());
/** A setting that changes what the weights mean, and that this library knows in one form only. */
const only = <T extends string | boolean>(value: T) => v.nullish(v.literal(value));
const none = v.nullish(v.strictObject({}));

/**
 * The keys of PEFT's `adapter_config.json` that say how an adapter computes. Others are about training, or change which
 * tensors there are, and those are compared with the model.
 */
const schema = v.looseObject({
  peft_type: v.literal('LORA'),
  r: v.number(),
  lora_alpha: v.number(),
  lora_dropout: v.optional(v.number()),
  target_modules: names,
  modules_to_save: v.nullish(names),
  bias: only('none'),
  fan_in_fan_out: only(false),
  use_dora: only(false),
  use_rslora: only(false),
  rank_pattern: none,
  alpha_pattern: none,
  // Others (pissa, olora …) change the base model's weights too.
  init_lora_weights: v.nullish(v.union([v.boolean(), v.picklist(['gaussian', 'eva', 'orthogonal'])])),
});

/** Reads PEFT's `adapter_config.json`. Throws a CheckpointError that names the key. */
export function parseAdapterConfig(json: unknown, name: string): LoraConfig {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new CheckpointError(
      `${name}: adapter_config.json, key '${v.getDotPath(issue) ?? '(top)'}': expected ${issue.expected}, got ${issue.received}. ` +
        'This library reads plain LoRA adapters of PEFT.',
    );
  }
  const { r, lora_alpha, lora_dropout, target_modules, modules_to_save } = parsed.output;
  try {
    return completeLoraConfig({
      rank: r,
      alpha: lora_alpha,
      dropout: lora_dropout,
      targets: target_modules,
      modulesToSave: modules_to_save ?? [],
    });
  } catch (error) {
    if (error instanceof RangeError) throw new CheckpointError(`${name}: adapter_config.json: ${error.message}`);
    throw error;
  }
}

/** What {@link parseAdapterConfig} and `PeftConfig.from_pretrained` read. */
export function formatAdapterConfig({ rank, alpha, dropout, targets, modulesToSave }: LoraConfig): string {
  const json = {
    peft_type: 'LORA',
    task_type: null,
    base_model_name_or_path: null,
    revision: null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    target_modules: targets,
    modules_to_save: modulesToSave.length > 0 ? modulesToSave : null,
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
