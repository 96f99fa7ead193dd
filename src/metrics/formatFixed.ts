/** Fixed decimals with ties to even, as Python rounds: 0.125 is "0.12", where `toFixed` alone gives "0.13". */
export function formatFixed(value: number, digits: number): string {
  // A hundred decimals show a tie of a double in full: a 5 and nothing behind it.
  const exact = value.toFixed(100);
  const end = exact.length - 100 + digits;
  const kept = exact.slice(0, end).replace(/\.$/, '');
  const isTie = /^50*$/.test(exact.slice(end));
  return isTie && Number(kept.at(-1)) % 2 === 0 ? kept : value.toFixed(digits);
}
