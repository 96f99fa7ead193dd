/** The colour map magma (van der Walt and Smith 2015) by nine of its colours, straight lines between them. */
const anchors = ['000004', '1c1044', '4f127b', '812581', 'b5367a', 'e55964', 'fb8761', 'fec287', 'fcfdbf'].map((hex) =>
  [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
);

/** 256 colours as an ImageData has them, [256, 4]. */
export const magma = Uint8ClampedArray.from({ length: 1024 }, (_, i) => {
  const channel = i % 4;
  if (channel === 3) return 255;
  const place = (Math.floor(i / 4) / 255) * (anchors.length - 1);
  const from = Math.min(anchors.length - 2, Math.floor(place));
  const [low, high] = [anchors[from]![channel]!, anchors[from + 1]![channel]!];
  return low + (high - low) * (place - from);
});

/** Colours of the lines of labels, on the dark ground of a spectrogram (Okabe and Ito 2008, for the colour-blind). */
export const lineColors = ['#56b4e9', '#e69f00', '#2fd6a0', '#f0e442', '#ff9ed2'];
