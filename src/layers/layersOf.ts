import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A layer of tfjs-layers, which exports the type of models but not of their layers. */
export type Layer = LayersModel['layers'][number];

/** Layers that hold others: models within a model, and wrappers such as TimeDistributed and Bidirectional. */
type Holder = { layers?: Layer[]; layer?: Layer; forwardLayer?: Layer; backwardLayer?: Layer };

/** The layers of a model in order, those inside other layers included; not the ones that hold them. */
export function layersOf(layer: Layer): Layer[] {
  const { layers, layer: wrapped, forwardLayer, backwardLayer } = layer as Layer & Holder;
  const held = layers ?? [wrapped, forwardLayer, backwardLayer].filter((inner) => inner !== undefined);
  return held.length > 0 ? held.flatMap(layersOf) : [layer];
}

/** A property of a layer, and the value that it is to have for a while. */
export interface LayerSetting {
  readonly layer: Layer;
  readonly property: string;
  readonly value: unknown;
}

/**
 * Runs `run` while layers have other settings. tfjs-layers reads them whenever it calls a layer, so that a model need not
 * be built again, nor changed for others who use it.
 */
export function withSettings<T>(settings: readonly LayerSetting[], run: () => T): T {
  const before = settings.map(({ layer, property }): unknown => Reflect.get(layer, property));
  try {
    for (const { layer, property, value } of settings) Reflect.set(layer, property, value);
    return run();
  } finally {
    for (const [i, { layer, property }] of settings.entries()) Reflect.set(layer, property, before[i]);
  }
}
