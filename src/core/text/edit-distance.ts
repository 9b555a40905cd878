/** How many letters were left out, put in or changed. */
export function slips(typed: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...typed].entries()) {
    const line = [row + 1];
    for (const [column, wanted] of [...right].entries()) {
      const [upLeft = 0, up = 0, left = 0] = [above[column], above[column + 1], line[column]];
      line.push(letter === wanted ? upLeft : 1 + Math.min(upLeft, up, left));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
