/** Placeholder until plots' colour map. */
const anchors = ['000004', '1d1147', '51127c', '822681', 'b63679', 'e65164', 'fb8861', 'fec287', 'fcfdbf'].map((hex) =>
  [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
);
export const colorMap = (): Uint8Array =>
  Uint8Array.from({ length: 768 }, (_, i) => {
    const at = (Math.floor(i / 3) / 255) * (anchors.length - 1);
    const low = Math.min(anchors.length - 2, Math.floor(at));
    const [a, b] = [anchors[low]![i % 3]!, anchors[low + 1]![i % 3]!];
    return Math.round(a + (b - a) * (at - low));
  });
