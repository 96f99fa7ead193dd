/**
 * An order of things in which similar ones stand side by side: the leaves of a tree that joins the two most similar groups again
 * and again (average linkage), each group turned so that the ends that meet are the more similar ones.
 *
 * @param similarity symmetric, [n, n], larger is more similar
 * @returns a permutation of 0 to n - 1
 */
export function similarityOrder(similarity: readonly (readonly number[])[]): number[] {
  let groups = similarity.map((_, i) => [i]);
  const between = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, i) => sum + b.reduce((inner, j) => inner + similarity[i]![j]!, 0), 0) / (a.length * b.length);
  const links = similarity.map((row) => [...row]);
  while (groups.length > 1) {
    let [first, second] = [0, 1];
    for (let i = 0; i < groups.length; i++)
      for (let j = i + 1; j < groups.length; j++) if (links[i]![j]! > links[first]![second]!) [first, second] = [i, j];
    const joined = joinEnds(groups[first]!, groups[second]!, similarity);
    groups = [...groups.filter((_, i) => i !== first && i !== second), joined];
    removeBoth(links, first, second);
    const others = groups.slice(0, -1);
    const toOthers = others.map((group) => between(group, joined));
    for (const [i, link] of toOthers.entries()) links[i]!.push(link);
    links.push([...toOthers, 1]);
  }
  return groups[0] ?? [];
}

/** Two groups in a row, each forwards or backwards. */
function joinEnds(a: number[], b: number[], similarity: readonly (readonly number[])[]): number[] {
  const turned = [a, [...a].reverse()].flatMap((left) => [b, [...b].reverse()].map((right) => ({ left, right })));
  const meeting = ({ left, right }: (typeof turned)[number]): number => similarity[left.at(-1)!]![right[0]!]!;
  const best = turned.reduce((most, each) => (meeting(each) > meeting(most) ? each : most));
  return [...best.left, ...best.right];
}

function removeBoth(links: number[][], first: number, second: number): void {
  for (const index of [second, first]) {
    links.splice(index, 1);
    for (const row of links) row.splice(index, 1);
  }
}
